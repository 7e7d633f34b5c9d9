package dev.intermission.agent.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.agent.state.Asked;
import dev.intermission.agent.state.Durable;
import dev.intermission.agent.state.Enrolment;
import dev.intermission.agent.state.Facts;
import dev.intermission.agent.state.Lease;
import dev.intermission.agent.state.Tenure;
import dev.intermission.agent.state.Upload;
import dev.intermission.agent.state.UploadPlan;
import dev.intermission.checkpoint.layout.FencingToken;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.save.Session;
import dev.intermission.control.Restored;
import dev.intermission.sdk.directory.SharedDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How long the end of an agent of a gang waits, and for what. */
@Timeout(60)
final class StoppingTest {

  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final FencingToken TOKEN = new FencingToken(1, 1);

  @TempDir Path root;
  private SharedDirectory directory;
  private Board board;
  private Stopping stopping;

  @BeforeEach
  void restoredInAGang() {
    directory = new SharedDirectory(root);
    var session = new Session(TOKEN, Map.of(0, "pod-0", 1, "pod-1"));
    board =
        new Board(
            Facts.atStart(new Asked(0, Optional.empty(), new Lease(LONG, 0)))
                .with(Tenure.NONE.with(new Enrolment(session, Optional.empty())))
                .with(new Restored(Restored.State.RESTORED, Optional.empty(), Optional.empty())));
    var watching = new Watching(directory, board);
    stopping = new Stopping(() -> {}, watching, board, SHORT);
  }

  @Test
  void waitsForItsOwnPartHoweverLongThatTakes() throws Exception {
    saving(40, false);

    var end = finishing();
    Thread.sleep(SHORT.multipliedBy(3));

    assertThat(end).isNotDone();
    board.update(facts -> facts.with(facts.uploads().waitsForOthers()));
    end.join();
  }

  @Test
  void waitsForTheOthersOnlyAWhile() throws Exception {
    saving(40, false);
    board.update(facts -> facts.with(facts.uploads().waitsForOthers()));

    stopping.finish(LONG);

    assertThat(board.facts().uploads().durable()).isEmpty();
  }

  @Test
  void waitsForTheOthersWhenItsTrainerHadFinished() throws Exception {
    saving(40, true);
    board.update(facts -> facts.with(facts.uploads().waitsForOthers()));

    var end = finishing();
    Thread.sleep(SHORT.multipliedBy(3));

    assertThat(end).isNotDone();
    committed(40);
    end.join();
  }

  /** In a gang the newest step takes the place of an older one that waits. */
  @Test
  void aNewerStepThatIsCompleteIsStillHandedOver() throws Exception {
    saving(40, false);
    board.update(facts -> facts.with(facts.uploads().waitsForOthers()));
    complete(60, false);

    var end = finishing();
    Thread.sleep(SHORT.multipliedBy(3));

    assertThat(end).isNotDone();
    committed(60);
    end.join();
  }

  private CompletableFuture<Void> finishing() {
    return CompletableFuture.runAsync(
        () -> {
          try {
            stopping.finish(LONG);
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private void saving(long step, boolean finished) throws IOException {
    complete(step, finished);
    new Watching(directory, board).lookAgain();
    var upload = UploadPlan.next(board.facts()).orElseThrow();
    assertThat(upload).extracting(Upload::step).isEqualTo(step);
    board.update(facts -> facts.with(facts.uploads().begin(upload)));
  }

  private void complete(long step, boolean finished) throws IOException {
    var folders = directory.checkpoints();
    var folder = folders.begin(step);
    Files.writeString(
        folder.resolve("checkpoint.json"),
        "{\"step\":%d,\"contains\":[\"model\"],\"worldSize\":2,\"finished\":%s}"
            .formatted(step, finished));
    folders.commit(step);
  }

  private void committed(long step) {
    var manifest = ManifestRef.of(step, TOKEN, "%064x".formatted(step));
    board.update(
        facts -> {
          var folder = facts.seen().folders().get(step);
          var durable =
              new Durable(
                  manifest,
                  Optional.empty(),
                  folder.claims().finished(),
                  Optional.of(folder.identity()));
          return facts.with(facts.uploads().committed(durable, SHORT));
        });
  }
}
