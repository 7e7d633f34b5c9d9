package dev.intermission.control;

/**
 * The one pod that a request is meant for: a request for another pod is refused, also when that pod
 * had this one's IP.
 *
 * @param jobUid of the TrainingJob
 * @param run that the pod belongs to
 * @param podUid of the pod
 */
public record AgentIdentity(String jobUid, long run, String podUid) {}
