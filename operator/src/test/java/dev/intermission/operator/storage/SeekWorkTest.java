package dev.intermission.operator.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.ResumeFrom;
import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.ClaimOutcome;
import dev.intermission.checkpoint.protocol.Claiming;
import dev.intermission.checkpoint.protocol.HeadObject;
import dev.intermission.checkpoint.protocol.HeadSnapshot;
import dev.intermission.checkpoint.protocol.Quarantine;
import dev.intermission.checkpoint.protocol.Quarantines;
import dev.intermission.checkpoint.protocol.Rollback;
import dev.intermission.checkpoint.protocol.Seal;
import dev.intermission.checkpoint.protocol.SealOutcome;
import dev.intermission.checkpoint.retention.Pins;
import dev.intermission.checkpoint.retention.Purge;
import dev.intermission.checkpoint.s3.Payload;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.s3.S3ObjectStore;
import dev.intermission.checkpoint.save.CheckpointWriter;
import dev.intermission.checkpoint.save.SaveRequest;
import dev.intermission.checkpoint.save.SaveTuning;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.operator.plan.Action.SeekCheckpoint;
import dev.intermission.operator.plan.observation.Sought.Result;
import dev.intermission.operator.testing.TestingMinio;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looking for a checkpoint to go back to, in a real store. */
class SeekWorkTest {
  @TempDir Path directory;
  private final JobKey job = new JobKey("team", "digits", "uid-1");
  private final Layout layout = new Layout("intermission", job);
  private TestingMinio minio;
  private S3ObjectStore store;

  @BeforeEach
  void saveThree() throws IOException {
    minio = TestingMinio.start(directory.resolve("minio"));
    store = minio.open();
    seal(Optional.empty(), 1, Optional.empty());
    save(1, 1, 2, 3);
  }

  @AfterEach
  void stop() {
    store.close();
    minio.close();
  }

  @Test
  void theCheckpointOfAStepIsFoundAndPinned() {
    var found = found(2);

    assertThat(found.step()).isEqualTo(2);
    assertThat(pins().list())
        .singleElement()
        .satisfies(pin -> assertThat(pin.manifest()).isEqualTo(found.name()));
    assertThat(found(2)).as("asked again, by another process").isEqualTo(found);
  }

  @Test
  void ofTwoCheckpointsOfAStepTheOneOnHeadsChainIsTaken() throws IOException {
    var first = found(3);
    rollBackTo(2, 2);
    save(2, 3);

    assertThat(found(3)).isNotEqualTo(first);
  }

  @Test
  void aCheckpointThatIsNamedIsTakenWhateverHeadsChainSays() throws IOException {
    var first = found(3);
    rollBackTo(2, 2);
    save(2, 3);

    assertThat(((Result.Found) seek(3, Optional.of(first.name()))).checkpoint()).isEqualTo(first);
  }

  @Test
  void whatARollbackLeftBehindCanBeHadBack() {
    var abandoned = found(3);
    rollBackTo(1, 2);

    assertThat(found(3)).isEqualTo(abandoned);
  }

  @Test
  void aStepWithoutACheckpointIsRefusedWithThoseThatThereAre() {
    assertThat(refused(4))
        .isEqualTo(
            "NoSuchCheckpoint spec.resumeFrom.step: team/digits has no checkpoint of step 4; the"
                + " newest that it has: 3, 2, 1. Name one of them, or take spec.resumeFrom out.");
  }

  @Test
  void aQuarantinedCheckpointIsRefused() {
    new Quarantines(store, layout, RetryBudget.QUICK)
        .add(found(2).name(), Quarantine.damaged("a chunk is gone", Instant.EPOCH));

    assertThat(refused(2)).startsWith("Quarantined spec.resumeFrom.step: checkpoint 2");
  }

  @Test
  void aDamagedCheckpointIsRefused() {
    store.deleteAll(store.list(layout.chunks()).map(chunk -> chunk.key()).toList());

    assertThat(refused(2))
        .startsWith("Damaged spec.resumeFrom.step: checkpoint 2 cannot be restored")
        .endsWith("Name another step.");
  }

  @Test
  void aCheckpointThatIsAboutToGoIsRefused() {
    store.createOnce(layout.lastCall(found(2).name()), Payload.Bytes.of(new byte[0]));

    assertThat(refused(2)).startsWith("CheckpointExpired spec.resumeFrom.step: ");
  }

  @Test
  void aJobsOwnPinDoesNotOutliveItsPurge() {
    found(2);

    var purged = new Purge(store, layout, RetryBudget.QUICK, Clock.systemUTC()).purge();

    assertThat(purged.held()).isEmpty();
    assertThat(store.list(layout.root())).isEmpty();
  }

  private ManifestRef found(long step) {
    return ((Result.Found) seek(step)).checkpoint();
  }

  private String refused(long step) {
    var why = ((Result.Refused) seek(step)).why();
    return why.reason() + " " + why.message();
  }

  private Result seek(long step) {
    return seek(step, Optional.empty());
  }

  private Result seek(long step, Optional<String> manifest) {
    var from = new ResumeFrom(Optional.of(step), Optional.empty(), Optional.empty());
    return new SeekWork(store, layout, Clock.systemUTC())
        .seek(
            new SeekCheckpoint(
                "wish", from, new SeekCheckpoint.Demand(Mode.ATTESTED, 1), Optional.empty(), 1),
            manifest);
  }

  private void rollBackTo(long step, long run) {
    var head = new HeadObject(store, layout).read();
    seal(head, run, Optional.of(new Rollback("wish", found(step))));
  }

  private void seal(Optional<HeadSnapshot> head, long run, Optional<Rollback> rollback) {
    var outcome = new Seal(store, layout, RetryBudget.QUICK).seal(head, run, rollback);
    assertThat(outcome).isInstanceOf(SealOutcome.Sealed.class);
  }

  private void save(long run, int... steps) throws IOException {
    var claim =
        ((ClaimOutcome.Claimed)
                new Claiming(store, layout, RetryBudget.QUICK)
                    .claim(run, "pod-" + run, Optional.empty()))
            .claim();
    var writer = new CheckpointWriter(store, layout, SaveTuning.STANDARD, Clock.systemUTC());
    for (var step : steps) {
      var folder = Files.createDirectory(directory.resolve("step-" + run + "-" + step));
      Files.writeString(folder.resolve("weights"), "step " + step + " of run " + run);
      claim =
          writer.save(claim, new SaveRequest(step, 0, 1, folder, Optional.empty(), false)).claim();
    }
  }

  private Pins pins() {
    return new Pins(store, layout, RetryBudget.QUICK, Clock.systemUTC());
  }
}
