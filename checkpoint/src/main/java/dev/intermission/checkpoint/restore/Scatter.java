package dev.intermission.checkpoint.restore;

import dev.intermission.checkpoint.layout.Sha256;
import dev.intermission.checkpoint.layout.Sum;
import dev.intermission.checkpoint.manifest.FileEntry;
import dev.intermission.checkpoint.manifest.Placement;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Hands the bytes of one chunk, as they come, to the files that lie in it, and compares the sum of
 * each that is whole in it and has one. Takes no more bytes than the chunk is to have.
 */
public final class Scatter implements WritableByteChannel {

  /** Where files are opened to be written, in the order in which they lie in the chunk. */
  @FunctionalInterface
  public interface Ground {

    /** Keeps nothing. */
    Ground NONE = (_, _) -> new Nothing();

    /** {@code file}, to be written from {@code offset} on; closed by whoever asked. */
    WritableByteChannel open(FileEntry file, long offset) throws IOException;
  }

  private final Placement placement;
  private final Ground ground;
  private final MessageDigest digest = Sha256.digest();
  private final List<String> damaged = new ArrayList<>();
  private Optional<WritableByteChannel> current = Optional.empty();
  private int next;
  private long left; // bytes that the current file still lacks

  /** For the bytes of one attempt. */
  public Scatter(Placement placement, Ground ground) {
    this.placement = placement;
    this.ground = ground;
  }

  /** Files whose own sum is another, by path. */
  public List<String> damaged() {
    return List.copyOf(damaged);
  }

  @Override
  public int write(ByteBuffer bytes) throws IOException {
    var n = bytes.remaining();
    while (bytes.hasRemaining()) {
      var to = current.isPresent() ? current.get() : begun();
      var some = bytes.slice().limit((int) Math.min(bytes.remaining(), left));
      var length = some.remaining();
      if (file().sum().isPresent()) digest.update(some.duplicate());
      while (some.hasRemaining()) to.write(some);
      bytes.position(bytes.position() + length);
      left -= length;
      if (left == 0) finished();
    }
    return n;
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  /** Closes the file that the chunk leaves unfinished, if there is one. */
  @Override
  public void close() throws IOException {
    if (current.isPresent()) current.get().close();
    current = Optional.empty();
  }

  private FileEntry file() {
    return placement.files().get(next - 1);
  }

  private long offset() {
    return next == 1 ? placement.offset() : 0;
  }

  private WritableByteChannel begun() throws IOException {
    do next++;
    while (file().bytes() == 0);
    left = file().bytes() - offset();
    digest.reset();
    current = Optional.of(ground.open(file(), offset()));
    return current.get();
  }

  private void finished() throws IOException {
    close();
    var isWhole = offset() == 0; // else its beginning lies in other chunks, whose sums count
    var sum = file().sum();
    if (isWhole && sum.isPresent() && !sum.get().equals(Sum.of(digest.digest()))) {
      damaged.add(file().path());
    }
  }

  private static final class Nothing implements WritableByteChannel {

    @Override
    public int write(ByteBuffer bytes) {
      var n = bytes.remaining();
      bytes.position(bytes.limit());
      return n;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
