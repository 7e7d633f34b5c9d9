import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Fills {@code target/image/} of one module with everything that its Dockerfile copies: {@code jre/}, {@code lib/*.jar}, {@code
 * class.path}, {@code jvm.options} and whatever else lies in {@code src/image}, {@code app.aot}, and {@code libtorch/} where Maven unpacked one. Does nothing when the content of all inputs is what it was the last time,
 * so that it costs a second in a build without changes. Run by Maven in the package phase, in the toolchain's JVM:
 *
 * <pre>java build/image/PrepareImage.java MODULE-FOLDER MODULE-JAR CLASS-PATH-FILE MAIN-CLASS REHEARSAL JRE-MODULES JRE-CACHE</pre>
 */
final class PrepareImage {

  private static final String HOME_IN_THE_IMAGE = "/app";

  public static void main(String[] args) throws IOException, InterruptedException {
    var module = Path.of(args[0]);
    var image = module.resolve("target/image");
    var jars = Jars.of(Path.of(args[1]), Path.of(args[2]));
    var mainClass = args[3];
    var rehearsal = Rehearsal.named(args[4], module);
    var runtime = new JavaRuntime(args[5], Path.of(args[6]));
    var settings = module.resolve("src/image");

    var note = module.resolve("target/image.key");
    var key = Digests.of(List.of(runtime.key(), mainClass, args[4]), jars.paths(), filesIn(settings), filesIn(Path.of("build/image")));
    if (Files.exists(note) && Files.readString(note).equals(key)) return;
    Files.deleteIfExists(note); // dies here or later: without a note the next build begins again

    Folders.copy(runtime.ensure(), Folders.emptied(image.resolve("jre")));
    jars.copyTo(Folders.emptied(image.resolve("lib")));
    var natives = module.resolve("target/natives");
    if (Files.exists(natives)) Folders.linkLibraries(natives, Folders.emptied(image.resolve("libtorch")));
    for (var file : filesIn(settings)) Files.copy(file, image.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(image.resolve("class.path"), jars.argumentsFor(HOME_IN_THE_IMAGE));
    var size = new AotCache(image, jars, mainClass).trainOn(rehearsal);
    Files.writeString(note, key);
    System.out.printf("image content of %s: %d jars, AOT cache of %d MB%n", module.getFileName(), jars.paths().size(), size >> 20);
  }

  private static List<Path> filesIn(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
