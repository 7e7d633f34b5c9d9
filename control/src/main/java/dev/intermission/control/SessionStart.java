package dev.intermission.control;

import java.util.Optional;

/**
 * What rank 0's claim of HEAD begins: all ranks of the run write under this token and restore this
 * manifest, so that they cannot differ [design review, 5 and 6].
 *
 * @param run of the claim
 * @param writerEpoch of the claim; with the run it is the fencing token
 * @param restore what HEAD named when it was claimed; absent when the job starts from the beginning
 */
public record SessionStart(long run, long writerEpoch, Optional<SavedManifest> restore) {}
