package dev.intermission.checkpoint.verify;

import dev.intermission.checkpoint.layout.Sha256;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;

/** Hashes what is written to it and keeps nothing. */
final class HashingNull implements WritableByteChannel {

  private final MessageDigest digest = Sha256.digest();

  MessageDigest digest() {
    return digest;
  }

  @Override
  public int write(ByteBuffer bytes) {
    var n = bytes.remaining();
    digest.update(bytes);
    return n;
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void close() {}
}
