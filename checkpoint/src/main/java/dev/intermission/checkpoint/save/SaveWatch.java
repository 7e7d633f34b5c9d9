package dev.intermission.checkpoint.save;

import dev.intermission.checkpoint.manifest.Manifest;

/** What a save tells on its way, in this order. */
public interface SaveWatch {

  /** Nobody wants to know. */
  SaveWatch NONE = new SaveWatch() {};

  /** In a gang: rank 0's own part is in the store, and from now on only others are waited for. */
  default void handedOver() {}

  /** This is about to be committed, every chunk of it durable; when this throws, nothing is. */
  default void aboutToCommit(Manifest manifest) {}
}
