package dev.intermission.checkpoint.save;

import dev.intermission.checkpoint.layout.FencingToken;
import dev.intermission.checkpoint.manifest.ChunkRef;
import dev.intermission.checkpoint.manifest.ManifestRef;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What need not be sent again for one step under one token: what HEAD's manifest lists, and what
 * this process made durable itself, early or in an attempt that failed later. Thread-safe.
 *
 * @param parent the manifest that HEAD names
 * @param known its chunks, by sum
 * @param sent our own chunks, by sum, with the time of their creation by the store's clock; the
 *     grace protects them until the commit, which refuses when the oldest one is too old
 */
record StepInFlight(
    long step,
    FencingToken token,
    Optional<ManifestRef> parent,
    Map<String, ChunkRef> known,
    Map<String, Instant> sent) {

  static StepInFlight begin(
      long step, FencingToken token, Optional<ManifestRef> parent, Map<String, ChunkRef> known) {
    return new StepInFlight(step, token, parent, known, new ConcurrentHashMap<>());
  }

  boolean isOf(long step, FencingToken token) {
    return this.step == step && this.token.equals(token);
  }

  /** The same step after HEAD moved on: chunks of the old parent may be swept from now on. */
  StepInFlight above(Optional<ManifestRef> parent, Map<String, ChunkRef> known) {
    return new StepInFlight(step, token, parent, known, sent);
  }
}
