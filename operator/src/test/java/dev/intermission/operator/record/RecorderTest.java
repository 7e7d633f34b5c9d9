package dev.intermission.operator.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.operator.events.EventRecorder;
import dev.intermission.operator.metrics.OperatorMetrics;
import dev.intermission.operator.plan.JobEvent;
import dev.intermission.operator.plan.Plan;
import dev.intermission.operator.testing.ApiServerTest;
import dev.intermission.operator.testing.TestingCluster;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@ApiServerTest
class RecorderTest {
  private final KubernetesClient client;
  private final TestingCluster cluster;
  private final String namespace;
  private final Recorder recorder;
  private final List<TrainingJob> remembered = new ArrayList<>();

  RecorderTest(TestingCluster cluster) {
    this.cluster = cluster;
    client = cluster.client();
    namespace = cluster.namespace();
    recorder =
        new Recorder(
            client,
            new EventRecorder(client, Clock.systemUTC(), "test"),
            new Milestones(new OperatorMetrics()));
  }

  @Test
  void changedStatusIsWrittenOnceAndRemembered() {
    var job = cluster.createJob(namespace, "digits");

    var outcome = record(job, plan(job, Phase.STARTING));

    assertThat(outcome).isEqualTo(Outcome.RECORDED);
    assertThat(stored(job).getStatus().phase()).isEqualTo(Phase.STARTING);
    assertThat(remembered)
        .singleElement()
        .satisfies(
            seen ->
                assertThat(seen.getMetadata().getResourceVersion())
                    .isEqualTo(stored(job).getMetadata().getResourceVersion()));
  }

  @Test
  void unchangedStatusWritesNothing() {
    var job = cluster.createJob(namespace, "idle");

    record(job, new Plan(job.getStatus(), List.of(), List.of(), Optional.empty()));

    assertThat(stored(job).getMetadata().getResourceVersion())
        .isEqualTo(job.getMetadata().getResourceVersion());
    assertThat(remembered).isEmpty();
  }

  @Test
  void planMadeFromAnOlderVersionIsForgotten() {
    var seenByStalledLeader = cluster.createJob(namespace, "contested");
    record(seenByStalledLeader, plan(seenByStalledLeader, Phase.RUNNING));

    var outcome = record(seenByStalledLeader, plan(seenByStalledLeader, Phase.FAILED));

    assertThat(outcome).isEqualTo(Outcome.OUTDATED);
    assertThat(stored(seenByStalledLeader).getStatus().phase()).isEqualTo(Phase.RUNNING);
    assertThat(events("contested")).isEmpty();
  }

  @Test
  void changeOfSpecMeanwhileForgetsThePlanToo() {
    var job = cluster.createJob(namespace, "repaused");
    var edited = client.resource(job).get();
    edited.setSpec(edited.getSpec().withPaused(true));
    client.resource(edited).update();

    assertThat(record(job, plan(job, Phase.RUNNING))).isEqualTo(Outcome.OUTDATED);
  }

  @Test
  void deletedJobEndsThePlan() {
    var job = cluster.createJob(namespace, "deleted");
    client.resource(job).delete();

    assertThat(record(job, plan(job, Phase.RUNNING))).isEqualTo(Outcome.GONE);
  }

  @Test
  void sameEventTwiceIsOneEventCountedTwice() {
    var job = cluster.createJob(namespace, "eventful");
    var event = new JobEvent(JobEvent.Severity.WARNING, "SaveTimedOut", "no answer");
    var plan = new Plan(job.getStatus(), List.of(), List.of(event), Optional.empty());

    record(job, plan);
    record(job, plan);

    assertThat(events("eventful"))
        .singleElement()
        .satisfies(
            seen -> {
              assertThat(seen.getCount()).isEqualTo(2);
              assertThat(seen.getReason()).isEqualTo("SaveTimedOut");
              assertThat(seen.getType()).isEqualTo("Warning");
            });
  }

  private Outcome record(TrainingJob job, Plan plan) {
    return recorder.record(job, plan, (written, _) -> remembered.add(written));
  }

  private static Plan plan(TrainingJob job, Phase phase) {
    return new Plan(job.getStatus().withPhase(phase), List.of(), List.of(), Optional.empty());
  }

  private TrainingJob stored(TrainingJob job) {
    return client.resource(job).get();
  }

  private List<Event> events(String job) {
    return client.v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> event.getInvolvedObject().getName().equals(job))
        .toList();
  }
}
