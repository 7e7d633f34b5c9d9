package dev.intermission.checkpoint.catalogue;

import dev.intermission.checkpoint.manifest.Manifest;
import java.time.Instant;
import java.util.List;

/** What a manifest tells about its checkpoint. */
public sealed interface Content {

  /**
   * The manifest is whole. Whether its chunks are is another question: verify it.
   *
   * @param createdAt by the writer's clock
   * @param bytes of all files of all ranks
   * @param objects that must be there to restore it
   * @param contains what the trainer says is inside
   * @param finished whether the trainer was done after this step
   */
  record Readable(
      Instant createdAt, long bytes, int objects, List<String> contains, boolean finished)
      implements Content {

    public Readable {
      contains = List.copyOf(contains);
    }

    static Readable of(Manifest manifest) {
      return new Readable(
          manifest.createdAt(),
          manifest.bytes(),
          manifest.objects(),
          manifest.contains(),
          manifest.finished());
    }
  }

  /** The manifest is gone, damaged or of a newer format; {@code why} says which. */
  record Unreadable(String why) implements Content {}
}
