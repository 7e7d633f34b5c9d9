package dev.intermission.agent.script;

import static dev.intermission.agent.script.TestingFiles.archive;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of a script's checkpoints is the next one, and what is said of the others. */
final class StandInStepsTest {

  @TempDir Path root;

  @Test
  void olderOnesThatAreCompleteTogetherAreNoStepBack() throws IOException {
    var watch = watch("model_{step}.pth");
    for (var step = 8; step <= 10; step++) watch.write("model_" + step + ".pth");

    watch.settle();
    watch.settle();

    assertThat(watch.taken()).containsExactly(10L);
    assertThat(watch.progress().failed()).isEmpty();
  }

  @Test
  void ofNamesWithoutAStepTheLastThatChangedIsTheNewest() throws IOException {
    var watch = watch("*.pt");
    TestingFiles.afterTheTickOf(watch.write("a.pt"));
    watch.write("b.pt");

    watch.settle();

    assertThat(watch.directory.checkpoints().folder(1).resolve("b.pt")).exists();
  }

  @Test
  void whatChangesBeforeItIsCopiedIsNotTakenYet() throws IOException {
    var watch = watch("model_{step}.pth");
    var file = watch.write("model_5.pth");
    watch.script.meanwhile = () -> overwrite(file);

    watch.settle();
    assertThat(watch.taken()).isEmpty();
    assertThat(watch.progress().step()).as("nothing was saved").isZero();

    watch.script.meanwhile = () -> {};
    watch.settle();
    assertThat(watch.taken()).containsExactly(5L);
  }

  @Test
  void theLastLookTakesWhatSaysThatItIsWholeAlsoWhereNobodySeesTheScript() throws IOException {
    var watch = new TestingWatch(root, "model_{step}.pth");
    watch.script.seen = false;
    watch.begun();
    watch.write("model_5.pth");

    watch.finish();

    assertThat(watch.taken()).containsExactly(5L);
  }

  @Test
  void onlyWhatIsStillThereIsRemembered() throws IOException {
    var watch = watch("model_{step}.pth");
    watch.write("model_5.pth");
    watch.settle();
    watch.delete("model_5.pth");
    watch.write("model_6.pth");

    watch.settle();

    assertThat(watch.memory().taken()).containsOnlyKeys("model_6.pth");
  }

  @Test
  void aStepBackAfterOwnStepsIsNoFirstStep() throws IOException {
    var watch = new TestingWatch(root, "model_{step}.pth").begunAfter("model_500.pth", 500);
    watch.write("model_600.pth");
    watch.settle();

    watch.write("model_100.pth");
    watch.settle();

    assertThat(watch.progress().failed().orElseThrow().message()).contains("did not go on");
    assertThat(watch.progress().firstStep()).as("it resumed well before").isEmpty();
  }

  @Test
  void aStepBackIsSaidOnce() throws IOException {
    var watch = new TestingWatch(root, "model_{step}.pth").begunAfter("model_500.pth", 500);
    watch.write("model_100.pth");
    watch.settle();
    var said = identity(watch);

    watch.settle();

    assertThat(identity(watch)).isEqualTo(said);
  }

  private TestingWatch watch(String pattern) throws IOException {
    return new TestingWatch(root, pattern).begun();
  }

  /** Replaced by another file with each report. */
  private static Object identity(TestingWatch watch) throws IOException {
    return Files.readAttributes(watch.directory.progress().path(), "unix:ino,ctime");
  }

  private static void overwrite(Path file) {
    try {
      Files.write(file, archive("other weights"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
