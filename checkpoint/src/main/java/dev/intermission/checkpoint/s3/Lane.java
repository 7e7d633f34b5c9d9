package dev.intermission.checkpoint.s3;

import dev.intermission.checkpoint.failure.StoreException;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * One HTTP/1.1 connection with the buffer that serves it; one exchange at a time, on any thread.
 * Closing it from another thread ends the exchange with an {@link IOException}.
 */
final class Lane implements AutoCloseable {

  private static final int PORT = 80;
  private static final int BUFFER_BYTES = 256 * 1024;
  private static final int ERROR_BYTES = 64 * 1024;

  /** What the kernel is asked to send at once: small enough that silence is noticed. */
  private static final long PIECE_BYTES = 1L << 20;

  private final SocketChannel channel;
  private final URI endpoint;
  private final Duration connect;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private volatile long moved;
  private boolean reusable = true;

  /** A connection to be opened by the first exchange. */
  Lane(URI endpoint, Duration connect) {
    this.endpoint = endpoint;
    this.connect = connect;
    try {
      this.channel = SocketChannel.open();
    } catch (IOException e) {
      throw LocalDisk.failure("opening a socket", e);
    }
  }

  /** Sends a request without a body and returns how the answer begins. */
  ResponseHead send(byte[] head) throws IOException {
    open();
    write(ByteBuffer.wrap(head));
    return response();
  }

  /**
   * Sends a request with its body and returns how the answer begins.
   *
   * @throws StoreException.DirectoryTorn the file ends before its slice; the store has no object
   */
  ResponseHead send(byte[] head, Payload payload) throws IOException {
    open();
    try {
      switch (payload) {
        case Payload.Bytes(var bytes, _) -> write(head, bytes);
        case Payload.FileSlice slice -> write(head, slice);
      }
    } catch (IOException e) {
      return answerBefore(e);
    }
    return response();
  }

  /** Streams the body that follows {@code head} into {@code to}. */
  long body(ResponseHead head, WritableByteChannel to) throws IOException {
    var length = head.length().orElseThrow(() -> new IOException("the answer states no length"));
    for (var left = length; left > 0; ) {
      if (!buffer.hasRemaining()) fill(Math.min(left, BUFFER_BYTES));
      left -= buffer.remaining();
      pass(to);
    }
    return length;
  }

  /** The short text that follows the head of a refusal; empty when the server sent none. */
  String text(ResponseHead head) throws IOException {
    var text = new StringBuilder();
    while (text.length() < Math.min(head.length().orElse(ERROR_BYTES * 1L), ERROR_BYTES)) {
      text.append(StandardCharsets.UTF_8.decode(buffer));
      if (text.indexOf("</Error>") >= 0) break;
      buffer.clear();
      if (channel.read(buffer) < 0) break;
      buffer.flip();
    }
    return text.toString();
  }

  /** Bytes that went either way so far; any thread may ask. */
  long moved() {
    return moved;
  }

  /** Whether the last exchange left the connection as another one needs it. */
  boolean canBeUsedAgain() {
    return reusable && !buffer.hasRemaining() && channel.isConnected();
  }

  /** Whether the server still keeps an idle connection: it sent nothing, and did not close it. */
  boolean isAlive() {
    try {
      channel.configureBlocking(false);
      var nothing = channel.read(buffer.clear()) == 0;
      channel.configureBlocking(true);
      return nothing;
    } catch (IOException _) {
      return false;
    }
  }

  @Override
  public void close() {
    reusable = false;
    try {
      channel.close();
    } catch (IOException _) {
      // nothing was promised about an exchange that has no answer yet
    }
  }

  private void open() throws IOException {
    if (channel.isConnected()) return;
    var port = endpoint.getPort() < 0 ? PORT : endpoint.getPort();
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel
        .socket()
        .connect(new InetSocketAddress(endpoint.getHost(), port), (int) connect.toMillis());
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) moved += channel.write(bytes);
  }

  /** Through the lane's own buffer: the JDK would keep one as long as {@code bytes}. */
  private void write(byte[] head, byte[] bytes) throws IOException {
    if (head.length > BUFFER_BYTES) throw new IOException("a head of " + head.length + " bytes");
    buffer.clear().put(head); // small bytes go in one packet with it
    for (var at = 0; at < bytes.length || buffer.position() > 0; ) {
      var n = Math.min(buffer.remaining(), bytes.length - at);
      write(buffer.put(bytes, at, n).flip());
      buffer.clear();
      at += n;
    }
  }

  private void write(byte[] head, Payload.FileSlice slice) throws IOException {
    try (var file = opened(slice)) {
      write(ByteBuffer.wrap(head));
      var end = slice.offset() + slice.length();
      for (var at = slice.offset(); at < end; ) {
        var n = file.transferTo(at, Math.min(PIECE_BYTES, end - at), channel);
        moved += n;
        if (n == 0)
          n = copied(file, at, slice); // nothing went: the file ends, or the kernel declines
        at += n;
      }
    }
  }

  private long copied(FileChannel file, long at, Payload.FileSlice slice) throws IOException {
    buffer.clear().limit((int) Math.min(BUFFER_BYTES, slice.offset() + slice.length() - at));
    var n = file.read(buffer, at);
    if (n < 0) throw SliceStream.torn(slice, "it ends at byte " + at);
    write(buffer.flip());
    return n;
  }

  private static FileChannel opened(Payload.FileSlice slice) {
    try {
      return FileChannel.open(slice.file(), StandardOpenOption.READ);
    } catch (IOException e) {
      throw SliceStream.torn(slice, "it cannot be opened any more (" + e + ")");
    }
  }

  /** A server may refuse, and close, before it has read all; then its answer counts. */
  private ResponseHead answerBefore(IOException broken) throws IOException {
    reusable = false;
    try {
      return response();
    } catch (IOException _) {
      throw broken;
    }
  }

  private ResponseHead response() throws IOException {
    while (true) {
      var head = head();
      if (head.closes()) reusable = false;
      if (head.status() / 100 != 1) return head; // else "go on", which nobody asked for
    }
  }

  private ResponseHead head() throws IOException {
    buffer.clear();
    for (var from = 0; ; ) {
      if (!buffer.hasRemaining()) throw new IOException("the head of the answer never ends");
      var n = channel.read(buffer);
      if (n < 0) throw new EOFException("the server closed the connection without an answer");
      moved += n;
      var end = endOfHead(from);
      if (end >= 0) {
        buffer.flip();
        var text = new byte[end];
        buffer.get(text);
        return ResponseHead.parse(new String(text, StandardCharsets.ISO_8859_1));
      }
      from = Math.max(0, buffer.position() - 3);
    }
  }

  private int endOfHead(int from) {
    for (var i = from; i + 3 < buffer.position(); i++) {
      if (buffer.getInt(i) == 0x0D0A0D0A) return i + 4; // an empty line
    }
    return -1;
  }

  private void fill(long most) throws IOException {
    buffer.clear().limit((int) most);
    if (channel.read(buffer) < 0) throw new EOFException("the answer broke off");
    buffer.flip();
  }

  private void pass(WritableByteChannel to) {
    moved += buffer.remaining();
    try {
      while (buffer.hasRemaining()) to.write(buffer);
    } catch (IOException e) {
      throw LocalDisk.failure("writing what was read from " + endpoint, e);
    }
  }
}
