package dev.intermission.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Stands between a command and its store, passes every byte on, and knows what was asked. */
final class Wire implements AutoCloseable {

  private final int store;
  private final ServerSocket listening;
  private final ByteArrayOutputStream asked = new ByteArrayOutputStream(); // synchronized
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  Wire(int store) throws IOException {
    this.store = store;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.submit(this::accept);
  }

  String endpoint() {
    return "http://127.0.0.1:" + listening.getLocalPort();
  }

  /** The first lines of all requests, such as {@code GET /bucket/key HTTP/1.1}. */
  List<String> requests() {
    return asked
        .toString(StandardCharsets.ISO_8859_1)
        .lines()
        .filter(line -> line.endsWith(" HTTP/1.1"))
        .toList();
  }

  @Override
  public void close() throws IOException {
    listening.close();
    threads.shutdownNow();
  }

  private void accept() {
    try {
      while (true) {
        var near = listening.accept();
        var far = new Socket(InetAddress.getLoopbackAddress(), store);
        threads.submit(() -> pass(near, far, asked));
        threads.submit(() -> pass(far, near, OutputStream.nullOutputStream()));
      }
    } catch (IOException e) {
      if (!listening.isClosed()) throw new UncheckedIOException(e);
    }
  }

  private static void pass(Socket from, Socket to, OutputStream copy) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      var buffer = new byte[8192];
      for (var n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        copy.write(buffer, 0, n);
        to.getOutputStream().write(buffer, 0, n);
      }
    } catch (IOException e) {
      // either side may end a connection whenever it likes
    }
  }
}
