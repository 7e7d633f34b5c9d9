package dev.intermission.checkpoint.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.layout.Sha256;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.Claim;
import dev.intermission.checkpoint.protocol.ClaimOutcome;
import dev.intermission.checkpoint.protocol.Claiming;
import dev.intermission.checkpoint.protocol.HeadObject;
import dev.intermission.checkpoint.protocol.Seal;
import dev.intermission.checkpoint.restore.CheckpointReader;
import dev.intermission.checkpoint.save.CheckpointWriter;
import dev.intermission.checkpoint.save.SaveRequest;
import dev.intermission.checkpoint.save.SaveTuning;
import dev.intermission.checkpoint.testing.TestingMinio;
import dev.intermission.checkpoint.testing.TestingToxiproxy;
import dev.intermission.checkpoint.testing.TestingToxiproxy.Way;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What becomes of a checkpoint when the wire to a real MinIO is slow, breaks in the middle of a
 * body, or falls silent. Each fault ends in one of two ways: the whole checkpoint, or a typed error
 * and the checkpoint before, untouched; the same call then succeeds once the wire is whole again.
 */
class NetworkFaultsTest {

  private static final TestingToxiproxy WIRE = TestingToxiproxy.before(TestingMinio.endpoint());
  private static final Duration BRIEF = Duration.ofSeconds(2);
  private static final int BODY = 3 << 20;

  private final Layout layout =
      new Layout("wire", new JobKey("team-a", "digits", UUID.randomUUID().toString()));
  private final S3ObjectStore store = open(RetryBudget.QUICK);

  @TempDir Path folder;
  private Path source;
  private Claim claim;
  private ManifestRef first;

  record Fault(String name, String toxic, Way way, Map<String, Object> attributes) {
    void strike() {
      WIRE.spoil(toxic, way, attributes);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** Nothing large comes through these. */
  static Stream<Fault> breaks() {
    return Stream.of(
        new Fault("requests are cut after 1 MiB", "limit_data", Way.UPSTREAM, bytes(1 << 20)),
        new Fault("answers are cut after 64 bytes", "limit_data", Way.DOWNSTREAM, bytes(64)),
        new Fault("requests meet a reset", "reset_peer", Way.UPSTREAM, Map.of("timeout", 0)),
        new Fault("answers meet a reset", "reset_peer", Way.DOWNSTREAM, Map.of("timeout", 20)),
        new Fault("no answer ever comes", "timeout", Way.DOWNSTREAM, Map.of("timeout", 0)),
        new Fault("no request arrives", "timeout", Way.UPSTREAM, Map.of("timeout", 0)));
  }

  /** Everything comes through these, late. */
  static Stream<Fault> delays() {
    return Stream.of(
        new Fault("latency", "latency", Way.DOWNSTREAM, Map.of("latency", 150, "jitter", 50)),
        new Fault("8 MB/s", "bandwidth", Way.UPSTREAM, Map.of("rate", 8_000)),
        new Fault("small packets", "slicer", Way.DOWNSTREAM, Map.of("average_size", 1_000)));
  }

  @BeforeEach
  void saveAFirstCheckpoint() throws IOException {
    source = Files.createDirectories(folder.resolve("checkpoints"));
    fill(1);
    new Seal(store, layout, RetryBudget.QUICK).seal(Optional.empty(), 1, Optional.empty());
    var claiming = new Claiming(store, layout, RetryBudget.QUICK);
    claim = ((ClaimOutcome.Claimed) claiming.claim(1, "pod", Optional.empty())).claim();
    var saved = writer().save(claim, request(1));
    claim = saved.claim();
    first = saved.manifest();
  }

  @AfterEach
  void heal() {
    WIRE.heal();
    store.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("breaks")
  void aSaveOverABrokenWireLeavesTheOldCheckpointAndSucceedsLater(Fault fault) throws Exception {
    fill(2);
    fault.strike();

    assertThatThrownBy(() -> writer().save(claim, request(2)))
        .isInstanceOfAny(
            StoreException.EndpointUnreachable.class, StoreException.CommitUndecided.class);

    WIRE.heal();
    assertThat(new HeadObject(store, layout).read().orElseThrow().head().manifest())
        .contains(first);
    var saved = writer().save(claim, request(2));
    assertRestores(saved.manifest());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("breaks")
  void aRestoreOverABrokenWireLeavesNothingAndSucceedsLater(Fault fault) throws Exception {
    fault.strike();

    if (cutsLargeAnswers(fault)) {
      assertThatThrownBy(() -> reader().restore(first, 0, folder.resolve("resume")))
          .isInstanceOf(StoreException.EndpointUnreachable.class);
      assertThat(folder.resolve("resume")).doesNotExist();
      assertThat(folder.resolve("resume.restoring")).doesNotExist();
    }

    WIRE.heal();
    assertRestores(first);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("delays")
  void aSlowWireCostsTimeAndNothingElse(Fault fault) throws Exception {
    fill(2);
    fault.strike();

    assertRestores(writer().save(claim, request(2)).manifest());
  }

  @Test
  void anObjectWhoseBodyIsCutInTheMiddleIsNeverThere() throws Exception {
    var bytes = Files.readAllBytes(source.resolve("weights.bin"));
    var payload = new Payload.FileSlice(source.resolve("weights.bin"), 0, BODY, Sha256.hex(bytes));
    WIRE.spoil("limit_data", Way.UPSTREAM, bytes(1 << 20));

    assertThat(store.createOnce("wire/cut", payload)).isInstanceOf(CreateOutcome.AnswerLost.class);

    WIRE.heal();
    assertThat(store.read("wire/cut")).isEmpty();
    assertThat(store.createOnce("wire/cut", payload)).isInstanceOf(CreateOutcome.Created.class);
  }

  @Test
  void aSwapWhoseAnswerIsCutIsUnknownAndTheReadTells() {
    var key = "wire/" + UUID.randomUUID();
    WIRE.spoil("limit_data", Way.DOWNSTREAM, bytes(10));

    assertThat(store.swap(key, new SwapCondition.IfAbsent(), "mine".getBytes(UTF_8)))
        .isInstanceOf(SwapOutcome.AnswerLost.class);

    WIRE.heal();
    assertThat(store.read(key).orElseThrow().holds("mine".getBytes(UTF_8))).isTrue();
  }

  @Test
  void anAnswerThatBreaksOffIsNotTakenForAShortObject() {
    WIRE.spoil("limit_data", Way.DOWNSTREAM, bytes(1 << 20));
    var chunk = store.list(layout.chunks()).filter(c -> c.length() == BODY).findAny().orElseThrow();

    assertThatThrownBy(
            () -> store.readAll(chunk.key(), Channels.newChannel(new ByteArrayOutputStream())))
        .isInstanceOf(StoreException.EndpointUnreachable.class);
  }

  @Test
  void aStoreThatIsAwayForAMomentIsWaitedFor() throws Exception {
    fill(2);
    RetryBudget.Pause healing =
        time -> {
          WIRE.heal(); // it comes back while somebody waits for the second attempt
          return RetryBudget.Pause.SLEEP.of(time);
        };
    var patience = new RetryBudget(5, Duration.ofMillis(50), Duration.ofMillis(200), healing);
    var standard = SaveTuning.STANDARD;
    var tuning =
        new SaveTuning(
            standard.cutting(), standard.inFlight(), standard.grace(), patience, standard.parts());
    WIRE.down();

    ManifestRef saved;
    try (var patient = open(patience)) {
      var writer = new CheckpointWriter(patient, layout, tuning, Clock.systemUTC());
      saved = writer.save(claim, request(2)).manifest();
    }

    assertRestores(saved);
  }

  private void assertRestores(ManifestRef manifest) throws IOException {
    var target = folder.resolve("resume");
    reader().restore(manifest, 0, target);
    assertThat(Files.mismatch(source.resolve("weights.bin"), target.resolve("weights.bin")))
        .isEqualTo(-1);
  }

  /** Requests without a body are small: what only spoils large requests lets a restore pass. */
  private static boolean cutsLargeAnswers(Fault fault) {
    return !(fault.toxic().equals("limit_data") && fault.way() == Way.UPSTREAM);
  }

  private void fill(long seed) throws IOException {
    var weights = new byte[BODY];
    new Random(seed).nextBytes(weights);
    Files.write(source.resolve("weights.bin"), weights);
  }

  private CheckpointWriter writer() {
    var tuning =
        new SaveTuning(
            SaveTuning.STANDARD.cutting(),
            SaveTuning.STANDARD.inFlight(),
            SaveTuning.STANDARD.grace(),
            RetryBudget.QUICK,
            SaveTuning.STANDARD.parts());
    return new CheckpointWriter(store, layout, tuning, Clock.systemUTC());
  }

  private CheckpointReader reader() {
    return new CheckpointReader(store, layout, RetryBudget.QUICK, Clock.systemUTC());
  }

  private SaveRequest request(long step) {
    return new SaveRequest(step, 0, 1, source, Optional.empty(), false);
  }

  private static S3ObjectStore open(RetryBudget reads) {
    var location =
        new StorageLocation(
            Optional.of(WIRE.endpoint()), "us-east-1", TestingMinio.BUCKET, "", true);
    var tuning = new ClientTuning(BRIEF, BRIEF, BRIEF, Duration.ofSeconds(5), reads);
    return S3ObjectStore.open(location, TestingMinio.ROOT, tuning);
  }

  private static Map<String, Object> bytes(long bytes) {
    return Map.of("bytes", bytes);
  }
}
