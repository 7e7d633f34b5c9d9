package dev.intermission.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * One job's way to the store: every byte goes through here unchanged, until a test holds a write of
 * HEAD by one client, before the store has seen it or after the store has done it. That is how a
 * process is killed between two given lines, each time. And it can hang, be gone or be slow as a
 * whole, for these jobs alone.
 *
 * <p>Requests are told by their first line at the beginning of what a connection brings: no S3
 * client sends one before it has the answer to the one before.
 */
final class StoreGate implements AutoCloseable {

  private static final Pattern HEAD_WRITE = Pattern.compile("PUT \\S+/HEAD(\\?\\S*)? HTTP/1\\.1");

  /** On which side of the store's decision a write is held. */
  enum Side {
    BEFORE_THE_STORE,
    BEFORE_THE_ANSWER
  }

  private final InetSocketAddress store;
  private final ServerSocket server;
  private volatile Hold hold;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile CountDownLatch thawed = new CountDownLatch(0);
  private volatile Duration delay = Duration.ZERO;
  private volatile boolean gone;

  private StoreGate(InetSocketAddress store, ServerSocket server) {
    this.store = store;
    this.server = server;
  }

  /** Opens it on the address of this machine that the store, and so every pod, is reached by. */
  static StoreGate open(URI store) {
    try (var probe = new Socket(store.getHost(), store.getPort())) {
      var server = new ServerSocket(0, 50, probe.getLocalAddress());
      var gate = new StoreGate(new InetSocketAddress(store.getHost(), store.getPort()), server);
      Thread.ofVirtual().start(gate::accept);
      return gate;
    } catch (IOException e) {
      throw new UncheckedIOException("no way to " + store, e);
    }
  }

  String endpoint() {
    return "http://" + server.getInetAddress().getHostAddress() + ":" + server.getLocalPort();
  }

  /** From now on every write of HEAD by that client is held there; the test says what is next. */
  Hold holdHeadWritesOf(String clientAddress, Side side) {
    hold = new Hold(clientAddress, side);
    return hold;
  }

  /**
   * From now until it is closed nothing passes, and nothing is refused either: connections stay
   * open, as with a store that hangs.
   */
  Outage freeze() {
    thawed = new CountDownLatch(1);
    return thawed::countDown;
  }

  /** From now until it is closed every connection is cut, and no other one answered. */
  Outage refuse() {
    gone = true;
    open.forEach(StoreGate::cut);
    return () -> gone = false;
  }

  /** From now until it is closed each piece of at most 64 KiB waits for so long, either way. */
  Outage slow(Duration perPiece) {
    delay = perPiece;
    return () -> delay = Duration.ZERO;
  }

  /** Writes in hand. Closing it lets later ones through; those that were held stay unanswered. */
  final class Hold implements AutoCloseable {
    private final String client;
    private final Side side;
    private final CountDownLatch reached = new CountDownLatch(1);

    private Hold(String client, Side side) {
      this.client = client;
      this.side = side;
    }

    /** Returns when the first write is in hand. */
    void await() throws InterruptedException {
      if (!reached.await(60, TimeUnit.SECONDS)) {
        throw new AssertionError("no write of HEAD by " + client + " came to " + endpoint());
      }
    }

    @Override
    public void close() {
      hold = null;
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        var client = server.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        var upstream = new Socket()) {
      open.add(client); // before the look: an outage that begins now cuts it, or is seen here
      if (gone) return;
      upstream.connect(store);
      var connection = new Connection(client, upstream);
      var answers = Thread.ofVirtual().start(connection::carryAnswers);
      connection.carryRequests();
      upstream.shutdownOutput();
      answers.join();
    } catch (IOException e) {
      // One of the two hung up: so does the other, as its connection closes here.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(client);
    }
  }

  private static void cut(Socket client) {
    try {
      client.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void pass() throws InterruptedException {
    thawed.await();
    Thread.sleep(delay);
  }

  private final class Connection {
    private final InetAddress address;
    private final InputStream fromClient;
    private final OutputStream toClient;
    private final InputStream fromStore;
    private final OutputStream toStore;
    private volatile Hold held;

    private Connection(Socket client, Socket upstream) throws IOException {
      address = client.getInetAddress();
      fromClient = client.getInputStream();
      toClient = client.getOutputStream();
      fromStore = upstream.getInputStream();
      toStore = upstream.getOutputStream();
    }

    private void carryRequests() throws IOException, InterruptedException {
      var bytes = new byte[1 << 16];
      for (var n = fromClient.read(bytes); n >= 0; n = fromClient.read(bytes)) {
        pass();
        var now = hold;
        if (held == null && now != null && isHeld(now, bytes, n)) {
          held = now;
          if (now.side == Side.BEFORE_THE_STORE) now.reached.countDown();
        }
        if (held == null || held.side == Side.BEFORE_THE_ANSWER) toStore.write(bytes, 0, n);
      }
    }

    private void carryAnswers() {
      var bytes = new byte[1 << 16];
      try {
        for (var n = fromStore.read(bytes); n >= 0; n = fromStore.read(bytes)) {
          pass();
          if (held == null) toClient.write(bytes, 0, n);
          else held.reached.countDown(); // the store has done it, and nobody is told
        }
      } catch (IOException e) {
        // The client hung up; carryRequests sees it too and ends the connection.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private boolean isHeld(Hold now, byte[] bytes, int length) {
      var first = new String(bytes, 0, Math.min(length, 1024), StandardCharsets.US_ASCII);
      return address.getHostAddress().equals(now.client) && HEAD_WRITE.matcher(first).lookingAt();
    }
  }

  @Override
  public void close() {
    thawed.countDown();
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
