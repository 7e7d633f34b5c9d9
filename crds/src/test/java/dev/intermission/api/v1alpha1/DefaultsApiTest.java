package dev.intermission.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@ApiServerTest
class DefaultsApiTest {

  private static final Instant AT = Instant.parse("2026-11-24T04:00:00Z");

  @Test
  void apiServerFillsInTheDefaultsThatTheTypesKnow(TestingApiServer api) {
    var created = create(api, JobYaml.valid());

    assertThat(created.getSpec()).isEqualTo(TrainingJobSpec.of(created.getSpec().template()));
    var raw = api.client().genericKubernetesResources("intermission.dev/v1alpha1", "TrainingJob");
    var stored = raw.inNamespace(created.getMetadata().getNamespace()).withName("digits").get();
    assertThat(stored.<Object>get("spec", "checkpoint", "keep", "last")).isEqualTo(3);
    assertThat(stored.<Object>get("spec", "pause", "timeout")).isEqualTo("10m");
    assertThat(stored.<Object>get("spec", "paused")).isEqualTo(false);
  }

  @Test
  void partOfAnObjectKeepsTheDefaultsOfTheRest(TestingApiServer api) {
    var created =
        create(
            api,
            JobYaml.with("{checkpoint: {storage: {s3: {bucket: mine}}}, pause: {verify: Read}}"));

    assertThat(created.getSpec().checkpoint().keep()).isEqualTo(KeepSpec.DEFAULT);
    assertThat(created.getSpec().checkpoint().storage().s3().bucket()).contains("mine");
    assertThat(created.getSpec().pause().onFailure()).isEqualTo(PauseFailure.KEEP_RUNNING);
  }

  @Test
  void everythingInTheTemplateSurvivesAlsoWhatOnlyNewerClustersKnow(TestingApiServer api) {
    var created =
        create(
            api,
            JobYaml.with(
                """
                {template: {
                  metadata: {labels: {team: vision}},
                  spec: {
                    futureField: {a: [1, 2]},
                    containers: [{name: trainer, image: x, resources: {limits: {nvidia.com/gpu: 1}}, newer: true}],
                    volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]}}}\
                """));

    var text = ApiSerialization.create().asJson(created.getSpec().template());
    assertThat(text)
        .contains(
            "vision",
            "\"futureField\":{\"a\":[1,2]}",
            "nvidia.com/gpu",
            "\"newer\":true",
            "claimName");
  }

  @Test
  void statusIsWrittenAloneAndReadBackWhole(TestingApiServer api) {
    var job = create(api, JobYaml.valid());
    var status = pausedAt(1200);
    job.setStatus(status);

    api.client().resource(job).updateStatus();

    var read = api.client().resource(job).get();
    assertThat(read.getStatus()).isEqualTo(status);
    assertThat(read.getMetadata().getGeneration())
        .as("a status write is not a new intent")
        .isEqualTo(1);
  }

  @Test
  void specWrittenThroughTheStatusSubresourceIsIgnored(TestingApiServer api) {
    var job = create(api, JobYaml.valid());
    job.setSpec(job.getSpec().withPaused(true));
    job.setStatus(pausedAt(1200));

    var written = api.client().resource(job).updateStatus();

    assertThat(written.getSpec().paused()).isFalse();
  }

  @Test
  void statusWriteFromAnOldReadIsRefused(TestingApiServer api) {
    var stale = create(api, JobYaml.valid());
    api.client()
        .resource(stale)
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"paused\":true}}");
    stale.setStatus(pausedAt(1200));

    assertThat(catchThrowable(() -> api.client().resource(stale).updateStatus()))
        .hasMessageContaining("Conflict");
  }

  private static TrainingJob create(TestingApiServer api, String yaml) {
    var job = ApiSerialization.create().unmarshal(yaml, TrainingJob.class);
    return api.client().resource(job).inNamespace(api.namespace()).create();
  }

  private static TrainingJobStatus pausedAt(long step) {
    var manifest = new ManifestStatus(step, "m.json", "0123");
    var receipt =
        new Receipt(
            step,
            "s3://b/m.json",
            "0123",
            "14/14",
            5_000_000_000L,
            List.of("model", "optimizer"),
            0,
            Verification.ATTESTED,
            AT,
            Optional.of(AT));
    return TrainingJobStatus.initial()
        .withPhase(Phase.PAUSED)
        .withRun(
            new RunStatus(3, "digits-3", Optional.of("u"), AT, Optional.of(manifest), "Resumed"))
        .withPause(
            PauseStatus.requested(7, Optional.empty(), AT)
                .withSavedAt(AT)
                .withReceipt(receipt)
                .withSealedRun(4))
        .withCondition(
            new Condition(
                ConditionType.PAUSED, ConditionStatus.TRUE, "Saved", "Saved.", Optional.of(1L), AT))
        .withObservedGeneration(1);
  }
}
