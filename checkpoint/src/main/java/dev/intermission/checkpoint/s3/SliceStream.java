package dev.intermission.checkpoint.s3;

import dev.intermission.checkpoint.failure.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/** Reads exactly one slice of a file, without ever holding it. Owned and closed by the SDK. */
final class SliceStream extends InputStream {

  private final FileChannel file;
  private final Payload.FileSlice slice;
  private long position;

  private SliceStream(FileChannel file, Payload.FileSlice slice) {
    this.file = file;
    this.slice = slice;
    this.position = slice.offset();
  }

  static SliceStream open(Payload.FileSlice slice) {
    try {
      return new SliceStream(FileChannel.open(slice.file(), StandardOpenOption.READ), slice);
    } catch (IOException e) {
      throw torn(slice, "it cannot be opened any more (" + e + ")");
    }
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    var left = slice.offset() + slice.length() - position;
    if (left == 0) return -1;
    var wanted = (int) Math.min(length, left);
    var n = file.read(ByteBuffer.wrap(into, offset, wanted), position);
    if (n < 0) throw torn(slice, "it ends at byte " + position);
    position += n;
    return n;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  static StoreException.DirectoryTorn torn(Payload.FileSlice slice, String what) {
    return new StoreException.DirectoryTorn(
        slice.file()
            + " changed while it was saved: "
            + what
            + ". Nothing was committed. A trainer must rename a step's folder into place only when"
            + " it is complete.");
  }
}
