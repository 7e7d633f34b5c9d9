package dev.intermission.operator.observe;

import dev.intermission.operator.plan.observation.ChildJob;
import dev.intermission.operator.plan.observation.ChildJob.State;
import dev.intermission.operator.resources.Labels;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;

/** Reads a {@code batch/v1} Job. Pure. */
final class ChildJobs {
  private ChildJobs() {}

  static ChildJob of(Job job, Complaints complaints) {
    var meta = job.getMetadata();
    var annotations = meta.getAnnotations();
    return new ChildJob(
        Long.parseLong(meta.getLabels().get(Labels.RUN)),
        meta.getUid(),
        Instant.parse(meta.getCreationTimestamp()),
        annotations == null ? "" : annotations.getOrDefault(Labels.FINGERPRINT, ""),
        state(job),
        complaints.ofJob(meta.getUid()));
  }

  private static State state(Job job) {
    if (job.getMetadata().getDeletionTimestamp() != null) {
      return State.DELETING;
    }
    if (has(job, "Complete")) {
      return State.COMPLETE;
    }
    if (has(job, "Failed")) {
      return State.FAILED;
    }
    if (has(job, "FailureTarget")) {
      return State.FAILING;
    }
    return Boolean.TRUE.equals(job.getSpec().getSuspend()) ? State.SUSPENDED : State.ACTIVE;
  }

  private static boolean has(Job job, String type) {
    return job.getStatus() != null
        && job.getStatus().getConditions().stream()
            .anyMatch(c -> type.equals(c.getType()) && "True".equals(c.getStatus()));
  }
}
