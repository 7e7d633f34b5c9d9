package dev.intermission.agent.config;

import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.control.AgentIdentity;

/**
 * Which worker this is.
 *
 * @param job the TrainingJob
 * @param run that the pod belongs to
 * @param podUid of the pod
 * @param rank 0 to world size - 1
 * @param worldSize workers of the run
 */
public record Self(JobKey job, long run, String podUid, int rank, int worldSize) {

  /** What the operator signs its requests for. */
  public AgentIdentity identity() {
    return new AgentIdentity(job.uid(), run, podUid);
  }
}
