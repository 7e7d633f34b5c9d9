package dev.intermission.operator.resources;

import dev.intermission.api.v1alpha1.TrainingJob;
import java.util.List;

/** Names of child resources: deterministic, so that creating one twice finds the first one. */
public final class Names {
  public static final String TRAINER = "trainer";
  public static final String AGENT = "agent";
  public static final String VOLUME = "intermission";
  static final String CREDENTIALS_VOLUME = "intermission-credentials";
  static final String CA_VOLUME = "intermission-ca";
  static final String OVERRIDES_VOLUME = "intermission-overrides";

  /** Mounted into the agent, and never into a container of the user's. */
  static final List<String> OF_THE_AGENT = List.of(CREDENTIALS_VOLUME, CA_VOLUME);

  /** Volumes that are added; a template cannot have one of the same name. */
  static final List<String> ADDED = List.of(CREDENTIALS_VOLUME, CA_VOLUME, OVERRIDES_VOLUME);

  private Names() {}

  /** {@code <name>-<run>}: the CRD keeps job names short enough for it and for its pods' names. */
  public static String childJob(TrainingJob job, long run) {
    return job.getMetadata().getName() + "-" + run;
  }

  /** The headless Service through which workers find each other; one for all runs. */
  public static String service(TrainingJob job) {
    return job.getMetadata().getName();
  }

  /** Where rank 0 listens for its peers, as seen from any worker of the run. */
  public static String rankZero(TrainingJob job, long run) {
    return job.getSpec().workers() == 1 ? "127.0.0.1" : childJob(job, run) + "-0." + service(job);
  }
}
