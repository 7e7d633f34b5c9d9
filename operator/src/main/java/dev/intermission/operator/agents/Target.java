package dev.intermission.operator.agents;

import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.control.AgentIdentity;

/**
 * One worker's agent. A request is signed for exactly this pod, so that whoever has its IP by then
 * cannot use it.
 */
public record Target(JobKey job, long run, String podName, String podUid, String ip) {
  AgentIdentity identity() {
    return new AgentIdentity(job.uid(), run, podUid);
  }
}
