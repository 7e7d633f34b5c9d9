package dev.intermission.checkpoint.fork;

import dev.intermission.checkpoint.manifest.ManifestRef;

/** What became of {@link Fork#take}. */
public sealed interface ForkOutcome {

  /**
   * The checkpoint is one of ours, with all that it needs below our own prefix: seal onto it.
   *
   * @param to what the seal's rollback names
   * @param bytes of its files
   * @param worldSize how many ranks it has: a run that begins from it needs as many workers
   */
  record Taken(ManifestRef to, long bytes, int worldSize) implements ForkOutcome {}

  /** It cannot be begun from: about to be deleted, gone or quarantined. Nothing was copied. */
  record Refused(String why) implements ForkOutcome {}
}
