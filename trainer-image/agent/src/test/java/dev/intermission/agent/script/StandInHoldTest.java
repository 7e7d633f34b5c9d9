package dev.intermission.agent.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A script that was asked to save, from the request to the end of the hold. */
final class StandInHoldTest {

  @TempDir Path root;
  private TestingWatch watch;

  @BeforeEach
  void begin() throws IOException {
    watch = new TestingWatch(root, "model_{step}.pth").begun();
  }

  @Test
  void theScriptStandsStillAsSoonAsItIsSaidToBeHeld() throws IOException {
    watch.ask(7, true);
    watch.write("model_8.pth");

    watch.settle();

    assertThat(watch.progress().held()).contains(7L);
    assertThat(watch.script.stopped).isTrue();
  }

  /** The file system's clock is behind ours by up to a tick. */
  @Test
  void aCheckpointThatIsWrittenRightAfterTheRequestAnswersIt() throws IOException {
    for (var id = 1; id <= 50; id++) {
      watch.ask(id, false);
      watch.write("model_" + id + ".pth");
      watch.settle();

      assertThat(watch.memory().open()).as("request %d", id).isEmpty();
    }
  }

  @Test
  void aHigherRequestThatWantsNoHoldLetsItGoOn() throws IOException {
    held(7);

    watch.ask(8, false);

    assertThat(watch.script.stopped).isFalse();
    assertThat(watch.progress().held()).isEmpty();
    assertThat(watch.progress().armed()).contains(8L);
  }

  @Test
  void wordForAnOlderRequestEndsNoHold() throws IOException {
    held(7);
    watch.ask(8, true);

    watch.letGo(7);

    assertThat(watch.progress().held()).contains(8L);
    assertThat(watch.script.stopped).isTrue();
  }

  private void held(long id) throws IOException {
    watch.ask(id, true);
    watch.write("model_8.pth");
    watch.settle();
    assertThat(watch.progress().held()).contains(id);
  }
}
