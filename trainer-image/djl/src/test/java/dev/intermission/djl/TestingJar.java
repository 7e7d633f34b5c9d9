package dev.intermission.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;

/** A jar as a user would build it, of one source. */
final class TestingJar {

  private TestingJar() {}

  /** Compiles the class {@code user.<name>} into a jar in {@code folder}. */
  static void build(Path folder, String name, String source) throws IOException {
    var classes = Files.createDirectories(folder.resolve("classes-of-" + name));
    var file = Files.writeString(classes.resolve(name + ".java"), "package user;\n" + source);
    var exit =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString(),
                file.toString());
    assertThat(exit).isZero();
    try (var jar = new JarOutputStream(Files.newOutputStream(folder.resolve(name + ".jar")));
        var files = Files.walk(classes)) {
      files
          .filter(entry -> entry.toString().endsWith(".class"))
          .forEach(entry -> add(jar, classes, entry));
    }
  }

  private static void add(JarOutputStream jar, Path root, Path file) {
    try {
      jar.putNextEntry(new JarEntry(root.relativize(file).toString()));
      jar.write(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
