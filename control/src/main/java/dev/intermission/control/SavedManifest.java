package dev.intermission.control;

/**
 * A manifest as the agent names it: a hint where to look, never a proof.
 *
 * @param name last part of its key, {@code <step>-<run>-<writerEpoch>-<16 hex>.json}
 * @param sha256 hex sum of its bytes
 */
public record SavedManifest(String name, String sha256) {}
