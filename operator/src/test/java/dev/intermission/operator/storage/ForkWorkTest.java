package dev.intermission.operator.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.ResumeFrom;
import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.layout.Sha256;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.ClaimOutcome;
import dev.intermission.checkpoint.protocol.Claiming;
import dev.intermission.checkpoint.protocol.HeadObject;
import dev.intermission.checkpoint.protocol.Quarantine;
import dev.intermission.checkpoint.protocol.Quarantines;
import dev.intermission.checkpoint.protocol.Rollback;
import dev.intermission.checkpoint.protocol.Seal;
import dev.intermission.checkpoint.protocol.SealOutcome;
import dev.intermission.checkpoint.retention.Pins;
import dev.intermission.checkpoint.s3.Encryption;
import dev.intermission.checkpoint.s3.Payload;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.s3.S3ObjectStore;
import dev.intermission.checkpoint.s3.StorageLocation;
import dev.intermission.checkpoint.save.CheckpointWriter;
import dev.intermission.checkpoint.save.SaveRequest;
import dev.intermission.checkpoint.save.SaveTuning;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.control.Problem;
import dev.intermission.operator.plan.Action.SeekCheckpoint;
import dev.intermission.operator.plan.observation.Sought.Result;
import dev.intermission.operator.resources.CaBundle;
import dev.intermission.operator.resources.StorageAccess;
import dev.intermission.operator.testing.TestingMinio;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Beginning from another job's checkpoint, in a real store. */
class ForkWorkTest {
  private static final Access.Granted GRANTED =
      new Access.Granted(
          new StorageAccess(
              new StorageLocation(
                  Optional.empty(), "us-east-1", TestingMinio.BUCKET, "intermission", true),
              Optional.empty(),
              new Encryption.BucketDefault(),
              new CaBundle.PublicAuthorities()),
          new Access.Credential.Installation());

  @TempDir Path directory;
  private final Layout origin = new Layout("intermission", new JobKey("team", "digits", "uid-1"));
  private final Layout ours = new Layout("intermission", new JobKey("team", "fork", "uid-2"));
  private final Source.Other source = new Source.Other(GRANTED, origin, Optional.empty());
  private TestingMinio minio;
  private S3ObjectStore store;

  @BeforeEach
  void anotherJobSavesThree() throws IOException {
    minio = TestingMinio.start(directory.resolve("minio"));
    store = minio.open();
    new Seal(store, origin, RetryBudget.QUICK).seal(Optional.empty(), 1, Optional.empty());
    var claim =
        ((ClaimOutcome.Claimed)
                new Claiming(store, origin, RetryBudget.QUICK).claim(1, "pod", Optional.empty()))
            .claim();
    var writer = new CheckpointWriter(store, origin, SaveTuning.STANDARD, Clock.systemUTC());
    for (var step = 1; step <= 3; step++) {
      var folder = Files.createDirectory(directory.resolve("step-" + step));
      Files.writeString(folder.resolve("weights"), "step " + step);
      claim =
          writer.save(claim, new SaveRequest(step, 0, 1, folder, Optional.empty(), false)).claim();
    }
  }

  @AfterEach
  void stop() {
    store.close();
    minio.close();
  }

  @Test
  void theNewestCheckpointOrThatOfAStepBecomesOurOwnAndIsSealedOnto() {
    assertThat(taken(Optional.empty()).checkpoint().step()).isEqualTo(3);
    var taken = taken(Optional.of(2L)).checkpoint();

    assertThat(taken.step()).isEqualTo(2);
    var outcome =
        new Seal(store, ours, RetryBudget.QUICK)
            .seal(Optional.empty(), 1, Optional.of(new Rollback("wish", taken)));
    assertThat(((SealOutcome.Sealed) outcome).head().head().manifest()).contains(taken);
  }

  @Test
  void whereItCameFromIsTheAddressOfTheOrigin() {
    assertThat(taken(Optional.of(2L)).origin())
        .hasValueSatisfying(
            address ->
                assertThat(address)
                    .startsWith(
                        "s3://checkpoints/intermission/team/digits/uid-1/manifests/"
                            + "%020d-1-".formatted(2)));
  }

  @Test
  void askedForAgainByAnotherProcessItIsTheSameCopy() {
    assertThat(taken(Optional.of(2L))).isEqualTo(taken(Optional.of(2L)));
    assertThat(store.list(ours.manifests())).hasSize(1);
  }

  @Test
  void theOriginIsPinnedUntilTheCopyIsOnRecord() {
    var address = taken(Optional.empty()).origin().orElseThrow();
    assertThat(pins().list()).hasSize(1);

    work().release(() -> store, source, address.substring(address.lastIndexOf('/') + 1));

    assertThat(pins().list()).isEmpty();
  }

  @Test
  void aCopyForTheFirstSealIsNotTakenForTheRestOfALostHead() {
    taken(Optional.empty());

    assertThat(new HeadWork(store, ours, Clock.systemUTC()).read().manifestsExist()).isFalse();
    store.delete(origin.head());
    assertThat(new HeadWork(store, origin, Clock.systemUTC()).read().manifestsExist()).isTrue();
  }

  @Test
  void aStepThatIsNotThereIsToldWithTheField() {
    var why = refused(fork(Optional.of(9L), source, 1));

    assertThat(why.reason()).isEqualTo("NoSuchCheckpoint");
    assertThat(why.message())
        .startsWith("spec.resumeFrom: team/digits has no checkpoint of step 9.");
  }

  @Test
  void aJobWithoutACheckpointIsNothingToBeginFrom() {
    var empty = new Layout("intermission", new JobKey("team", "empty", "uid-3"));
    var nothing = new Source.Other(GRANTED, empty, Optional.empty());

    assertThat(refused(fork(Optional.empty(), nothing, 1)).message())
        .startsWith("spec.resumeFrom: team/empty has no checkpoint yet.");
  }

  @Test
  void otherWorkersThanTheCheckpointHasAreRefusedWithTheNumberToSet() {
    var why = refused(fork(Optional.empty(), source, 4));

    assertThat(why.reason()).isEqualTo("WorkersDiffer");
    assertThat(why.message()).contains("set spec.workers to 1");
    assertThat(store.list(ours.root())).as("nothing was copied").isEmpty();
  }

  @Test
  void aQuarantinedCheckpointIsRefused() {
    var newest = new HeadObject(store, origin).read().orElseThrow().head().manifest().orElseThrow();
    new Quarantines(store, origin, RetryBudget.QUICK)
        .add(newest.name(), Quarantine.damaged("a chunk is gone", Instant.EPOCH));

    assertThat(refused(fork(Optional.empty(), source, 1)).message()).contains("is quarantined");
  }

  @Test
  void aDamagedOneIsRefusedAndNothingOfOursNamesIt() {
    store.deleteAll(store.list(origin.chunks()).map(chunk -> chunk.key()).toList());

    assertThat(refused(fork(Optional.empty(), source, 1)).reason()).isEqualTo("Damaged");
    assertThat(store.list(ours.manifests())).isEmpty();
  }

  @Test
  void aPlaceThatCannotBeOpenedIsToldWithTheFieldAndIsNoProblemOfOurOwnStore() {
    var wish = wish(Optional.empty(), 1);
    var result =
        work()
            .take(
                wish,
                () -> {
                  throw new StorageRefused(new Problem("SecretMissing", "Secret keys: not there."));
                },
                source);

    assertThat(refused(result).reason()).isEqualTo("SecretMissing");
    assertThat(refused(result).message())
        .startsWith("spec.resumeFrom: the checkpoint could not be taken from team/digits")
        .contains("Secret keys: not there.");
  }

  @Test
  void aManifestOfANewerFormatIsRefusedByName() {
    var newest = new HeadObject(store, origin).read().orElseThrow().head().manifest().orElseThrow();
    var key = origin.manifest(newest.name());
    var text = new String(store.read(key).orElseThrow().bytes(), StandardCharsets.UTF_8);
    var newer = text.replace("\"formatVersion\":1", "\"formatVersion\":99");
    var bytes = newer.getBytes(StandardCharsets.UTF_8);
    assertThat(newer).isNotEqualTo(text);
    var name = ManifestRef.of(newest.step(), newest.token(), Sha256.hex(bytes)).name();
    store.createOnce(origin.manifest(name), Payload.Bytes.of(bytes));

    var named = new Source.Other(GRANTED, origin, Optional.of(name));
    var why = refused(fork(Optional.empty(), named, 1));
    assertThat(why.message()).contains("99").startsWith("spec.resumeFrom: ");
  }

  private Result.Found taken(Optional<Long> step) {
    return (Result.Found) fork(step, source, 1);
  }

  private static Problem refused(Result result) {
    return ((Result.Refused) result).why();
  }

  private Result fork(Optional<Long> step, Source.Other from, int workers) {
    return work().take(wish(step, workers), () -> store, from);
  }

  private static SeekCheckpoint wish(Optional<Long> step, int workers) {
    return new SeekCheckpoint(
        "wish",
        new ResumeFrom(step, Optional.of("digits"), Optional.empty()),
        new SeekCheckpoint.Demand(Mode.ATTESTED, workers),
        Optional.empty(),
        1);
  }

  private ForkWork work() {
    return new ForkWork(store, ours, Clock.systemUTC());
  }

  private Pins pins() {
    return new Pins(store, origin, RetryBudget.QUICK, Clock.systemUTC());
  }
}
