package dev.intermission.checkpoint.restore;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ChunkRef;
import dev.intermission.checkpoint.s3.LocalDisk;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.RetryBudget;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;

/** Downloads single chunks straight to their place, hashing on the way. Thread-safe. */
public final class ChunkDownloader {

  private final ObjectStore store;
  private final Layout layout;
  private final RetryBudget budget;

  public ChunkDownloader(ObjectStore store, Layout layout, RetryBudget budget) {
    this.store = store;
    this.layout = layout;
    this.budget = budget;
  }

  /**
   * The chunk is in place and has its sum when this returns.
   *
   * @param file that it is written into, from {@code offset} on; it must be there
   * @throws StoreException.Damaged the chunk is missing or is not what its sum says
   * @throws StoreException.EndpointUnreachable the retry budget is spent
   */
  public void download(ChunkRef chunk, Path file, long offset) {
    download(new ChunkTarget(chunk, file, offset));
  }

  /** The chunk is in place and has its sum when this returns; the target, for chaining. */
  ChunkTarget download(ChunkTarget target) {
    var retry = budget.start();
    for (; ; ) {
      try {
        requireWhole(target);
        return target;
      } catch (StoreException.EndpointUnreachable e) {
        if (!retry.again())
          throw e; // else from the chunk's first byte: what half came is written over
      }
    }
  }

  private void requireWhole(ChunkTarget target) {
    var chunk = target.chunk();
    var key = layout.chunks() + chunk.key();
    try (var file = FileChannel.open(target.file(), WRITE, NOFOLLOW_LINKS)) {
      var sink = new HashingSink(file.position(target.offset()), chunk.bytes());
      var came = store.readAll(key, sink);
      if (came.isEmpty()) throw damaged(key, "is gone");
      if (!came.equals(Optional.of(chunk.bytes()))) {
        throw damaged(key, "has " + came.get() + " of " + chunk.bytes() + " bytes");
      }
      var sum = sink.sha256();
      if (!sum.equals(chunk.sha256())) {
        throw damaged(key, "has sum " + sum + " instead of " + chunk.sha256());
      }
    } catch (IOException e) {
      throw LocalDisk.failure("writing " + target.file(), e);
    }
  }

  private StoreException.Damaged damaged(String key, String what) {
    return new StoreException.Damaged(
        "A checkpoint of "
            + layout.job().display()
            + " is damaged: chunk "
            + key
            + " "
            + what
            + ". Nothing was restored, and nothing in the store was changed.");
  }
}
