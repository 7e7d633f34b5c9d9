package dev.intermission.checkpoint.restore;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ChunkRef;
import dev.intermission.checkpoint.manifest.Placement;
import dev.intermission.checkpoint.s3.LocalDisk;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.RetryBudget;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

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
   * The chunk is in {@code file} and has its sum when this returns.
   *
   * @param file that it is written into; it must be there
   * @throws StoreException.Damaged the chunk is missing or is not what its sum says
   * @throws StoreException.EndpointUnreachable the retry budget is spent
   */
  public void download(ChunkRef chunk, Path file) {
    var defect =
        untilAnswered(
            () -> {
              try (var to = FileChannel.open(file, WRITE, NOFOLLOW_LINKS)) {
                return defect(chunk, to);
              }
            });
    defect.ifPresent(
        what -> {
          throw new StoreException.Damaged(chunk.damage(layout, what) + " Nothing was restored.");
        });
  }

  /**
   * Hands a chunk to the files that lie in it. They, and it, have their sums if this returns
   * nothing.
   *
   * @param attempts one for each time that the chunk is begun: what half came is written over
   * @return what is wrong, with the files that it concerns
   * @throws StoreException.EndpointUnreachable the retry budget is spent
   */
  public Optional<String> read(Placement placement, Supplier<Scatter> attempts) {
    return untilAnswered(
        () -> {
          try (var to = attempts.get()) {
            var defect = defect(placement.chunk(), to);
            var damaged = to.damaged();
            if (defect.isEmpty() && !damaged.isEmpty()) {
              defect = Optional.of("is not cut as the manifest says");
            }
            return defect.map(what -> placement.damage(layout, what, damaged));
          }
        });
  }

  /** One attempt; what it says is wrong with the chunk, if anything is. */
  @FunctionalInterface
  private interface Attempt {
    Optional<String> made() throws IOException;
  }

  private Optional<String> untilAnswered(Attempt attempt) {
    var retry = budget.start();
    for (; ; ) {
      try {
        return attempt.made();
      } catch (StoreException.EndpointUnreachable e) {
        if (!retry.again()) throw e; // else from the chunk's first byte
      } catch (IOException e) {
        throw LocalDisk.failure("writing what was read", e);
      }
    }
  }

  private Optional<String> defect(ChunkRef chunk, WritableByteChannel to) {
    var sink = new HashingSink(to, chunk.bytes());
    var came = store.readAll(layout.chunks() + chunk.key(), sink);
    if (came.isEmpty()) return Optional.of("is gone");
    return chunk.wrongLength(came.get()).or(() -> chunk.wrongSum(sink.sha256()));
  }
}
