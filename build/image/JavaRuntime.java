import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.spi.ToolProvider;

/** The Java run time of our images: this JVM's own JDK, cut down to the modules that we use. All images share it. */
record JavaRuntime(String modules, Path cache) {

  String key() throws IOException {
    return Digests.of(List.of(modules), List.of(Path.of(System.getProperty("java.home"), "release")));
  }

  /** Links it once and then finds it again. Safe beside a second build: the first one links. */
  Path ensure() throws IOException {
    Files.createDirectories(cache);
    try (var lock = FileChannel.open(cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      lock.lock();
      var runtime = cache.resolve("jre-" + key());
      if (Files.exists(runtime)) return runtime;
      var unfinished = cache.resolve("jre-unfinished");
      Folders.remove(unfinished); // left behind by a build that died
      link(unfinished);
      return Files.move(unfinished, runtime);
    }
  }

  private void link(Path target) {
    var jlink = ToolProvider.findFirst("jlink").orElseThrow(() -> new IllegalStateException("this is not a whole JDK: it has no jlink"));
    var status = jlink.run(System.out, System.err,
        "--add-modules", modules, "--strip-debug", "--no-header-files", "--no-man-pages", "--compress", "zip-6", "--output", target.toString());
    if (status != 0) {
      throw new IllegalStateException(
          "jlink cannot link a run time from " + System.getProperty("java.home") + ": use a JDK with its jmods, or Temurin 25, which links from itself");
    }
  }
}
