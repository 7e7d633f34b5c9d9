package dev.intermission.checkpoint.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Programs that tests run: built once by {@code e2e/cluster/tool}, or put beside the classes by
 * Maven.
 */
public final class TestingTool {

  private TestingTool() {}

  /** The path of a program; a test that needs one that cannot be had fails, and says why. */
  public static String path(String name) {
    try {
      var tool = new ProcessBuilder(root().resolve("e2e/cluster/tool").toString(), name);
      var process = tool.redirectError(ProcessBuilder.Redirect.INHERIT).start();
      var path = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new AssertionError(
            "e2e/cluster/tool " + name + " gave no program; its own words stand above");
      }
      return path.strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while " + name + " was built", e);
    }
  }

  /** The jar of S3Proxy, which the build copies: its dependencies never touch our class path. */
  public static String s3proxy() {
    var jar = root().resolve("checkpoint/target/servers/s3proxy.jar");
    if (!Files.exists(jar)) {
      throw new AssertionError(
          jar + " is not there: mvn -pl checkpoint generate-test-resources copies it");
    }
    return jar.toString();
  }

  private static Path root() {
    var root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("e2e/cluster/tool"))) root = root.getParent();
    return root;
  }
}
