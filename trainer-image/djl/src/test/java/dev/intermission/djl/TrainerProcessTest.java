package dev.intermission.djl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.sdk.directory.AgentFile;
import dev.intermission.sdk.directory.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as it runs in a pod, with the test as its agent; every resume is in a new JVM. */
class TrainerProcessTest {

  @TempDir private static Path straightRun;
  private static Map<String, String> straight;
  @TempDir private Path directory;

  @BeforeAll
  static void trainWithoutAStop() throws Exception {
    try (var trainer = TrainerProcess.start(straightRun, Map.of())) {
      assertThat(trainer.exitCode()).as(trainer::output).isZero();
      straight = trainer.checkpoint(TrainerProcess.STEPS).digests();
      assertThat(straight).containsOnlyKeys("weights", "moments");
      assertThat(trainer.output())
          .contains(
              "digest weights=" + straight.get("weights") + " moments=" + straight.get("moments"));
    }
  }

  @Test
  void aPausedTrainingEndsInAnotherPodWithTheSameBits() throws Exception {
    var first = directory.resolve("first");
    var second = directory.resolve("second");
    try (var trainer = TrainerProcess.start(first, Map.of("INTERMISSION_DIR", first.toString()))) {
      trainer.directory().agent().replace(AgentFile.starting().withRestored(Optional.empty()));
      trainer
          .directory()
          .control()
          .replace(new Request.Checkpoint(1, new Request.At.Step(33), true));
      trainer.until("held", () -> held(trainer).equals(Optional.of(1L)));
      assertThat(trainer.checkpoint(33).contains())
          .contains("model", "optimizer", "schedule", "rng", "data");
      trainer.directory().control().replace(new Request.Exit());
      assertThat(trainer.exitCode()).as(trainer::output).isZero();
    }
    Files.createDirectories(second);
    Files.move(first.resolve("checkpoints/33"), second.resolve("resume"));
    var environment =
        Map.of("INTERMISSION_DIR", second.toString(), "INTERMISSION_RESUME_STEP", "33");
    try (var trainer = TrainerProcess.start(second, environment)) {
      var restored = AgentFile.starting().withRestored(Optional.of(33L));
      trainer.directory().agent().replace(restored);
      trainer.until(
          "finished",
          () -> trainer.directory().progress().read().filter(seen -> seen.finished()).isPresent());
      assertThat(trainer.process().isAlive()).as("exit 0 never outruns the upload").isTrue();
      trainer.directory().agent().replace(restored.withDurableStep(TrainerProcess.STEPS));
      assertThat(trainer.exitCode()).as(trainer::output).isZero();

      var last = trainer.checkpoint(TrainerProcess.STEPS);
      assertThat(last.digests()).isEqualTo(straight);
      assertThat(last.finished()).isTrue();
      var progress = trainer.directory().progress().read().orElseThrow();
      assertThat(progress.firstStep()).contains(34L);
      assertThat(progress.exact()).contains("exact");
      assertThat(progress.metrics()).containsKeys("loss", "accuracy", "stallMillis", "copyMillis");
    }
  }

  @Test
  void overridesWinOverTheFlagsAndAResumeSaysWhatIsOtherwise() throws Exception {
    var every20 = Map.of("INTERMISSION_CHECKPOINT_EVERY_STEPS", "20");
    try (var trainer = TrainerProcess.start(directory, every20)) {
      trainer.until(
          "step 40 saved", () -> trainer.directory().checkpoints().complete().containsKey(40L));
      trainer.kill();
    }
    try (var trainer =
        overridden(
            "{\"learningRate\": \"0.001\", \"batchSize\": \"128\", \"weightDecay\": \"0.1\"}")) {
      assertThat(trainer.exitCode()).as(trainer::output).isZero();

      assertThat(trainer.output())
          .contains("overrides: {batchSize=128, learningRate=0.001, weightDecay=0.1}")
          .contains("not bit-exact: batchSize 64 -> 128")
          .contains("weightDecay unknown -> 0.1");
      assertThat(trainer.checkpoint(TrainerProcess.STEPS).digests()).isNotEqualTo(straight);
    }
  }

  @Test
  void anOverrideThatIsNotKnownStopsTheTrainingWithTheKnownOnes() throws Exception {
    try (var trainer = overridden("{\"learning-rate\": \"0.001\"}")) {
      assertThat(trainer.exitCode()).isNotZero();
      assertThat(trainer.output())
          .contains("knows no learning-rate; it knows batchSize, learningRate, weightDecay");
    }
  }

  @Test
  void anExportThatCouldNotBeWrittenIsRefusedBeforeTheFirstStep() throws Exception {
    var file = Files.createFile(directory.resolve("file"));
    try (var trainer =
        TrainerProcess.start(directory, Map.of(), "--export", file.resolve("weights").toString())) {
      assertThat(trainer.exitCode()).isEqualTo(2);
      assertThat(trainer.output()).contains("--export " + file + "/weights cannot be written");
    }
  }

  private TrainerProcess overridden(String json) throws IOException {
    var file = Files.writeString(directory.resolve("overrides.json"), json);
    return TrainerProcess.start(directory, Map.of("INTERMISSION_OVERRIDES", file.toString()));
  }

  @Test
  void aTrainingThatIsKilledGoesOnFromItsPeriodicCheckpointToTheSameBits() throws Exception {
    var every20 = Map.of("INTERMISSION_CHECKPOINT_EVERY_STEPS", "20");
    try (var trainer = TrainerProcess.start(directory, every20)) {
      trainer.until(
          "step 40 saved", () -> trainer.directory().checkpoints().complete().containsKey(40L));
      trainer.kill();
    }
    try (var trainer = TrainerProcess.start(directory, every20)) {
      assertThat(trainer.exitCode()).as(trainer::output).isZero();

      assertThat(trainer.output()).contains("resumed at step").contains("exact");
      assertThat(trainer.checkpoint(TrainerProcess.STEPS).digests()).isEqualTo(straight);
    }
  }

  @Test
  void anotherInstructionSetIsSaidAndRefusedWhereExactnessIsRequired() throws Exception {
    var every20 = Map.of("INTERMISSION_CHECKPOINT_EVERY_STEPS", "20");
    try (var trainer = TrainerProcess.start(directory, every20)) {
      trainer.until(
          "step 40 saved", () -> trainer.directory().checkpoints().complete().containsKey(40L));
      trainer.kill();
    }
    var narrow = Map.of("ATEN_CPU_CAPABILITY", "default");
    try (var trainer = TrainerProcess.start(directory, narrow, "--require-exact")) {
      assertThat(trainer.exitCode()).as(trainer::output).isEqualTo(78);
      assertThat(trainer.output())
          .containsPattern("refused by --require-exact: not bit-exact: isa avx\\w+ -> default\\.");
    }
    try (var trainer = TrainerProcess.start(directory, narrow)) {
      assertThat(trainer.exitCode()).as(trainer::output).isZero();
      assertThat(trainer.output()).containsPattern("not bit-exact: isa avx\\w+ -> default");
    }
  }

  @Test
  void aDeviceThatTheTrainerCannotUseIsRefusedByName() throws Exception {
    try (var trainer = TrainerProcess.start(directory, Map.of(), "--device", "gpu")) {
      assertThat(trainer.exitCode()).isEqualTo(2);
      assertThat(trainer.output()).contains("--device gpu", "auto and cpu", "Nothing was started");
    }
  }

  @Test
  void aStoppedTrainerSaysSoByItsExitCode() throws Exception {
    try (var trainer =
        TrainerProcess.start(directory, Map.of("INTERMISSION_DIR", directory.toString()))) {
      trainer.directory().control().replace(new Request.Stop("fenced"));

      assertThat(trainer.exitCode()).as(trainer::output).isEqualTo(75);
      assertThat(trainer.output()).contains("fenced");
    }
  }

  @Test
  void aMisspeltFlagIsRefusedWithTheOneThatWasMeant() throws Exception {
    try (var trainer = TrainerProcess.start(directory, Map.of(), "--batchsize", "32")) {
      assertThat(trainer.exitCode()).isEqualTo(2);
      assertThat(trainer.output()).contains("--batchsize", "Possible solutions: --batch-size");
    }
  }

  @Test
  void aMisspeltVariableAndAnUnusableOneAreRefusedByName() throws Exception {
    try (var trainer = TrainerProcess.start(directory, Map.of("TRAIN_SEEED", "7"))) {
      assertThat(trainer.exitCode()).isEqualTo(2);
      assertThat(trainer.output())
          .contains("Unknown setting: TRAIN_SEEED; did you mean TRAIN_SEED?");
    }
    try (var trainer = TrainerProcess.start(directory, Map.of("TRAIN_SEED", "seven"))) {
      assertThat(trainer.exitCode()).isEqualTo(2);
      assertThat(trainer.output()).contains("--seed", "'seven'", "(from TRAIN_SEED)");
    }
    try (var trainer = TrainerProcess.start(directory, Map.of("TRAIN_BATCH_SIZE", "5000"))) {
      assertThat(trainer.exitCode()).isEqualTo(2);
      assertThat(trainer.output()).contains("--batch-size must be from 1 to 1437, is 5000");
    }
  }

  @Test
  void aRateThatLeavesTheFiniteNumbersEndsWithItsOwnExitCode() throws Exception {
    var file = Files.writeString(directory.resolve("train.yaml"), "learning-rate: 1e30\nseed: 7\n");
    try (var trainer = TrainerProcess.start(directory, Map.of("TRAIN_CONFIG", file.toString()))) {
      assertThat(trainer.exitCode()).as(trainer::output).isEqualTo(65);
      assertThat(trainer.output())
          .contains(
              "steps=80 (--steps)", "learning-rate=1.0E30 (learning-rate in", "threads=1 (def")
          .contains("Nothing of it is saved");
      assertThat(trainer.directory().checkpoints().complete()).isEmpty();
    }
  }

  @Test
  void theTextIsLearntByTheSettingsOfItsProgram() throws Exception {
    var small =
        new String[] {
          "--program=text",
          "--layers=1",
          "--width=16",
          "--heads=2",
          "--context=16",
          "--schedule=linear"
        };
    try (var trainer = TrainerProcess.start(directory, Map.of(), small)) {
      assertThat(trainer.exitCode()).as(trainer::output).isZero();
      assertThat(trainer.output())
          .contains("weight-decay=0.1 (weight-decay of text)", "schedule=linear (--schedule)")
          .contains("finished at step 80");
      assertThat(trainer.checkpoint(TrainerProcess.STEPS).numericProfile())
          .containsEntry("heads", "2")
          .containsEntry("weightDecay", "0.1");
    }
  }

  @Test
  void nothingIsUnpackedOrDownloadedAtStart() throws IOException {
    var cache = Path.of(System.getenv("DJL_CACHE_DIR"));
    if (Files.notExists(cache)) return;
    try (var files = Files.walk(cache)) {
      assertThat(files.filter(file -> file.toString().endsWith(".so"))).isEmpty();
    }
  }

  private static Optional<Long> held(TrainerProcess trainer) {
    return trainer.directory().progress().read().flatMap(progress -> progress.held());
  }
}
