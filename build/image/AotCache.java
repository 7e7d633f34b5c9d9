import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
      var program = start(log, stage.environment(), "-XX:AOTCacheOutput=" + cache, "-Xlog:aot=error", "-cp", jars.under(image.toString()), mainClass);
      try {
        stage.play(program);
        program.destroy(); // SIGTERM: the JVM writes its cache on the way out
        program.waitFor(ASSEMBLY_SECONDS, TimeUnit.SECONDS);
      } catch (IllegalStateException e) {
        throw new IllegalStateException("the rehearsal failed: " + e.getMessage() + "; its log: " + log + "\n" + Files.readString(log));
      } finally {
        program.destroyForcibly();
      }
    }
    if (Files.notExists(cache)) throw new IllegalStateException("no AOT cache came out of the rehearsal; its log: " + log + "\n" + Files.readString(log));
    prove(cache);
    return Files.size(cache);
  }

  /** A cache that does not fit is ignored without a word, unless it is asked for in earnest. */
  private void prove(Path cache) throws IOException, InterruptedException {
    var log = image.resolveSibling("aot.log");
    var jvm = start(log, Map.of(), "-XX:AOTMode=on", "-XX:AOTCache=" + cache, "-cp", jars.under(image.toString()), "-version");
    if (jvm.waitFor() != 0) throw new IllegalStateException("the AOT cache cannot be used:\n" + Files.readString(log));
  }

  private Process start(Path log, Map<String, String> environment, String... arguments) throws IOException {
    var command = new ArrayList<>(List.of(image.resolve("jre/bin/java").toString(), "@" + image.resolve("jvm.options")));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }
}
