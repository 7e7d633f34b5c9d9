package dev.intermission.checkpoint.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server that says what a real one cannot be made to say: answers that break off, come too early,
 * or never. Each connection gets the next conversation.
 */
public final class ScriptedServer implements AutoCloseable {

  /** What the server does with one connection. */
  public interface Conversation {
    void with(InputStream in, OutputStream out) throws IOException, InterruptedException;
  }

  private final ServerSocket socket;
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  public ScriptedServer(Conversation... script) throws IOException {
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().start(() -> serve(List.of(script)));
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  /** Reads a request's head, up to and with the empty line. */
  public static String head(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      var next = in.read();
      if (next < 0) return head.toString();
      head.append((char) next);
    }
    return head.toString();
  }

  /** Reads a request's body of so many bytes. */
  public static void body(InputStream in, int bytes) throws IOException {
    in.skipNBytes(bytes);
  }

  public static void say(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  private void serve(List<Conversation> script) {
    var conversations = new ArrayList<>(script);
    while (!conversations.isEmpty()) {
      try {
        var connection = socket.accept();
        open.add(connection);
        var conversation = conversations.removeFirst();
        Thread.ofVirtual().start(() -> hold(connection, conversation));
      } catch (IOException _) {
        return; // closed
      }
    }
  }

  private static void hold(Socket connection, Conversation conversation) {
    try (connection) {
      conversation.with(connection.getInputStream(), connection.getOutputStream());
    } catch (IOException | InterruptedException _) {
      // the client went away, as some tests want it to
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (var connection : open) connection.close();
  }
}
