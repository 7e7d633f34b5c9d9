package dev.intermission.checkpoint.restore;

import dev.intermission.checkpoint.layout.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;

/**
 * Writes on and hashes what it writes; swallows what comes beyond the expected length, so that no
 * neighbour is overwritten.
 */
final class HashingSink implements WritableByteChannel {

  private final WritableByteChannel to;
  private final MessageDigest digest = Sha256.digest();
  private long left;

  HashingSink(WritableByteChannel to, long expected) {
    this.to = to;
    this.left = expected;
  }

  @Override
  public int write(ByteBuffer bytes) throws IOException {
    var n = bytes.remaining();
    digest.update(bytes.duplicate());
    var wanted = bytes.slice().limit((int) Math.min(n, left));
    left -= wanted.remaining();
    while (wanted.hasRemaining()) to.write(wanted);
    bytes.position(bytes.limit());
    return n;
  }

  String sha256() {
    return Sha256.hex(digest);
  }

  @Override
  public boolean isOpen() {
    return to.isOpen();
  }

  @Override
  public void close() {} // the file belongs to whoever opened it
}
