import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Makes {@code app.aot}: loaded and linked classes with their start-up heap, from one run of the real program (JEP 483, 514). Later
 * runs with the same JVM and class path start in a third of the time; with any other they start as if there were no cache.
 */
record AotCache(Path image, Jars jars, String mainClass) {

  private static final int ASSEMBLY_SECONDS = 120;

  /** Returns the size of the cache in bytes. */
  long trainOn(Rehearsal rehearsal) throws IOException, InterruptedException {
    var cache = image.resolve("app.aot");
    Files.deleteIfExists(cache);
    var log = image.resolveSibling("rehearsal.log");
    try (var stage = rehearsal.prepare()) {
      var command = new ProcessBuilder(
          image.resolve("jre/bin/java").toString(),
          "@" + image.resolve("jvm.options"),
          "-XX:AOTCacheOutput=" + cache,
          "-Xlog:aot=error",
          "-cp", jars.under(image.toString()),
          mainClass);
      command.environment().putAll(stage.environment());
      command.redirectErrorStream(true).redirectOutput(Redirect.to(log.toFile()));
      var program = command.start();
      try {
        stage.play(program);
        program.destroy(); // SIGTERM: the JVM writes its cache on the way out
        program.waitFor(ASSEMBLY_SECONDS, TimeUnit.SECONDS);
      } finally {
        program.destroyForcibly();
      }
    }
    if (Files.notExists(cache)) throw new IllegalStateException("no AOT cache came out of the rehearsal; its log: " + log + "\n" + Files.readString(log));
    return Files.size(cache);
  }
}
