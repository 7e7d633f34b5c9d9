package dev.intermission.control;

import java.util.Optional;

/**
 * Everything an agent says about its worker in one answer; a message, so flat on purpose.
 *
 * @param podUid the answering pod; believe the answer only if it is the pod that was asked
 * @param nonce of the request that is answered
 * @param run of the pod
 * @param rank of the pod
 * @param restored how the start is going
 * @param progress absent until the trainer reported a step
 * @param newestDurable the newest manifest that this pod committed or restored
 * @param newestDurableStep its step
 * @param held whether the trainer waits at a step boundary
 * @param fenced whether this pod lost its right to write, for good
 * @param problem the worst thing that a person should know now
 * @param lastSaveMillis how long the last upload took, from complete folder to commit
 * @param exact {@code exact}, or why the trainer could not resume exactly; absent until it knows
 * @param session that this pod's claim began; absent for ranks other than 0
 * @param newestRequest the highest id that this pod was ever asked under; absent before the first
 */
public record AgentStatus(
    String podUid,
    String nonce,
    long run,
    int rank,
    Restored restored,
    Optional<Progress> progress,
    Optional<SavedManifest> newestDurable,
    Optional<Long> newestDurableStep,
    boolean held,
    boolean fenced,
    Optional<Problem> problem,
    Optional<Long> lastSaveMillis,
    Optional<String> exact,
    Optional<SessionStart> session,
    Optional<Long> newestRequest) {}
