package dev.intermission.control;

import java.util.Optional;

/**
 * What the agent knows about one save request.
 *
 * @param podUid the answering pod; believe the answer only if it is the pod that was asked
 * @param nonce of the request that is answered
 * @param id of the save request
 * @param step at which the trainer saves or saved, once it took the request on; before, or when it
 *     missed it, the newest one that it reported
 * @param manifest that holds the step, once durable
 * @param seq HEAD's seq as this pod last knew it: it holds under that HEAD and no later one; absent
 *     for a rank that does not claim
 * @param problem why it does not move on, if something is wrong; a save that can still succeed
 *     stays in its state
 */
public record SaveAnswer(
    String podUid,
    String nonce,
    long id,
    SaveState state,
    Optional<Long> step,
    Optional<SavedManifest> manifest,
    Optional<Long> seq,
    Optional<Problem> problem) {}
