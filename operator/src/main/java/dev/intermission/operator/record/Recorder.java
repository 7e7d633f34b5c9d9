package dev.intermission.operator.record;

import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.operator.events.EventRecorder;
import dev.intermission.operator.logging.LogKeys;
import dev.intermission.operator.plan.Plan;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a plan's status, locked by the resourceVersion that the plan was made from: without the
 * lock, a stalled leader takes a run number back (design review, 10). Thread-safe.
 */
public final class Recorder {
  private static final Logger log = LoggerFactory.getLogger(Recorder.class);

  private final KubernetesClient client;
  private final EventRecorder events;
  private final Milestones milestones;

  public Recorder(KubernetesClient client, EventRecorder events, Milestones milestones) {
    this.client = client;
    this.events = events;
    this.milestones = milestones;
  }

  /**
   * One PUT if the status changed, none otherwise; then the events.
   *
   * @param remember gets (written, previous) before any event or action: the next pass must see it
   */
  public Outcome record(TrainingJob job, Plan plan, BiConsumer<TrainingJob, TrainingJob> remember) {
    if (!plan.status().equals(job.getStatus())) {
      try {
        var written = client.resource(with(job, plan.status())).updateStatus();
        remember.accept(written, job);
      } catch (KubernetesClientException refused) {
        return switch (refused.getCode()) {
          case HttpURLConnection.HTTP_CONFLICT -> Outcome.OUTDATED;
          case HttpURLConnection.HTTP_NOT_FOUND -> Outcome.GONE;
          default -> throw refused;
        };
      }
      // dies here: the next pass plans the same actions from this status; only events are lost
      milestones.passed(job.getStatus(), plan.status());
      logPhase(job, plan.status());
    }
    plan.events().forEach(event -> events.record(job, event));
    return Outcome.RECORDED;
  }

  private static TrainingJob with(TrainingJob job, TrainingJobStatus status) {
    var meta = job.getMetadata();
    var body = new TrainingJob();
    body.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(meta.getNamespace())
            .withName(meta.getName())
            .withUid(meta.getUid())
            .withResourceVersion(meta.getResourceVersion())
            .build());
    body.setSpec(job.getSpec()); // required by the schema, ignored by the status subresource
    body.setStatus(status);
    return body;
  }

  private static void logPhase(TrainingJob job, TrainingJobStatus next) {
    if (job.getStatus().phase() != next.phase()) {
      var line = log.atInfo().addKeyValue(LogKeys.PHASE, next.phase());
      next.run().ifPresent(run -> line.addKeyValue(LogKeys.RUN, run.number()));
      next.checkpoint().ifPresent(c -> line.addKeyValue(LogKeys.STEP, c.step()));
      line.log("phase changed");
    }
  }
}
