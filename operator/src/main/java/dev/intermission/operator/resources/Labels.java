package dev.intermission.operator.resources;

import dev.intermission.api.v1alpha1.TrainingJob;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Labels on every child, by which children are found, watched and deleted together. */
public final class Labels {
  public static final String MANAGED_BY = "app.kubernetes.io/managed-by";
  public static final String INTERMISSION = "intermission";
  public static final String JOB = "intermission.dev/job";
  public static final String JOB_UID = "intermission.dev/job-uid";
  public static final String RUN = "intermission.dev/run";

  /**
   * Annotation: the key whose public half the pod trusts, so that the operator knows which to keep.
   */
  public static final String SIGNING_KEY = "intermission.dev/signing-key";

  /** Annotation of the child Job: which spec it was made from, see {@link Fingerprint}. */
  public static final String FINGERPRINT = "intermission.dev/spec";

  /** Annotation of a pod: {@code spec.overrides} as JSON, which its trainer sees as a file. */
  static final String OVERRIDES = "intermission.dev/overrides";

  /** On jobs with {@code onDelete: Purge}: their deletion waits for the purge. */
  public static final String PURGE_FINALIZER = "intermission.dev/purge";

  /** What informers watch. */
  public static final String SELECTOR = MANAGED_BY + "=" + INTERMISSION;

  /** The queue that Kueue shall admit a job from. */
  public static final String QUEUE = "kueue.x-k8s.io/queue-name";

  /** Kueue's own: also the priority class, and what later versions bring. */
  private static final String KUEUE = "kueue.x-k8s.io/";

  private Labels() {}

  /** Of everything that belongs to the job, whatever the run. */
  public static Map<String, String> ofJob(TrainingJob job) {
    var labels = new LinkedHashMap<String, String>();
    labels.put(MANAGED_BY, INTERMISSION);
    labels.put(JOB, job.getMetadata().getName());
    labels.put(JOB_UID, job.getMetadata().getUid());
    return labels;
  }

  /** Of one run's Job: what Kueue knows of the TrainingJob it has to know of the Job. */
  static Map<String, String> ofChildJob(TrainingJob job, long run) {
    var labels = ofRun(job, run);
    written(job)
        .forEach(
            (name, value) -> {
              if (name.startsWith(KUEUE)) labels.put(name, value);
            });
    return labels;
  }

  /** Whether the job waits in a queue before its pods are made. */
  static boolean isQueued(TrainingJob job) {
    return written(job).containsKey(QUEUE);
  }

  private static Map<String, String> written(TrainingJob job) {
    return Objects.requireNonNullElse(job.getMetadata().getLabels(), Map.of());
  }

  /** Of one run's Job and pods. */
  public static Map<String, String> ofRun(TrainingJob job, long run) {
    var labels = new LinkedHashMap<>(ofJob(job));
    labels.put(RUN, Long.toString(run));
    return labels;
  }

  /** Picks exactly one run's pods: the uid keeps apart a job that was deleted and made again. */
  public static Map<String, String> selectRun(String jobUid, long run) {
    return Map.of(JOB_UID, jobUid, RUN, Long.toString(run));
  }
}
