package dev.intermission.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SerializationTest {

  private final KubernetesSerialization serialization = ApiSerialization.create();

  @Test
  void jobReadFromYamlHasItsValuesAndItsDefaults() {
    var job =
        serialization.unmarshal(
            """
            apiVersion: intermission.dev/v1alpha1
            kind: TrainingJob
            metadata: {name: digits}
            spec:
              template: {spec: {containers: [{name: trainer, image: digits:1, resourceClaims2: {x: 1}}]}}
              checkpoint: {every: {interval: 1h30m}, storage: {s3: {bucket: b}}}
              pause: {timeout: 90s}
            """,
            TrainingJob.class);

    var spec = job.getSpec();
    assertThat(spec.workers()).isEqualTo(1);
    assertThat(spec.checkpoint().every().orElseThrow().interval()).contains(Duration.ofMinutes(90));
    assertThat(spec.checkpoint().storage().s3().bucket()).contains("b");
    assertThat(spec.checkpoint().storage().s3().region()).isEmpty();
    assertThat(spec.pause().timeout()).isEqualTo(Duration.ofSeconds(90));
    assertThat(spec.restarts()).isEqualTo(RestartSpec.DEFAULT);
    assertThat(job.getStatus()).isEqualTo(TrainingJobStatus.initial());
    assertThat(serialization.asYaml(job))
        .contains("resourceClaims2")
        .contains("1h30m")
        .doesNotContain("null");
  }

  @Test
  void statusSurvivesWritingAndReading() {
    var at = Instant.parse("2026-11-24T04:00:00Z");
    var status =
        TrainingJobStatus.initial()
            .withPhase(Phase.PAUSING)
            .withRun(
                new RunStatus(
                    4,
                    "digits-4",
                    Optional.empty(),
                    at,
                    Optional.of(new ManifestStatus(7, "m", "s")),
                    "Resumed"))
            .withProgress(
                new ProgressStatus(
                    7,
                    Optional.of(9L),
                    Optional.empty(),
                    Map.of("loss", "0.1"),
                    Optional.of(77),
                    Optional.empty(),
                    at,
                    Optional.of(4L)))
            .withCheckpoints(
                CheckpointsStatus.uncounted(at).withProblem(new Problem("Damaged", "m"), at))
            .withPause(PauseStatus.requested(3, Optional.empty(), at))
            .withCondition(
                new Condition(
                    ConditionType.PAUSED,
                    ConditionStatus.FALSE,
                    "Saving",
                    "saving step 7",
                    Optional.of(2L),
                    at));

    var written = serialization.asJson(status);

    assertThat(serialization.unmarshal(written, TrainingJobStatus.class)).isEqualTo(status);
    assertThat(written).contains("\"2026-11-24T04:00:00Z\"").doesNotContain("null");
  }
}
