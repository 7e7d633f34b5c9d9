package dev.intermission.agent.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.intermission.agent.config.AgentConfig;
import dev.intermission.agent.metrics.Metrics;
import dev.intermission.agent.work.Board;
import dev.intermission.agent.work.Enrolling;
import dev.intermission.agent.work.Requests;
import dev.intermission.control.RequestVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JDK's HTTP server on virtual threads: a long poll costs a few hundred bytes. Closing it ends
 * the open polls.
 */
public final class AgentServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AgentServer.class);
  private static final int LARGEST_BODY_BYTES = 64 * 1024;
  private static final int BACKLOG = 64;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Door door;

  /** Who takes what the operator asks: the facts, the save requests, the roster. */
  public record Office(Board board, Requests requests, Enrolling enrolling) {}

  private AgentServer(HttpServer server, Door door) {
    this.server = server;
    this.door = door;
    server.setExecutor(threads);
    server.createContext("/", this::serve);
  }

  /**
   * Opens the port and answers.
   *
   * @throws UncheckedIOException the port is taken
   */
  public static AgentServer open(
      AgentConfig config, Office office, Metrics metrics, InstantSource clock) {
    // Read once, by the server's own class: without it the kernel holds an answer back for 40 ms.
    // The others end requests that never end.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.setProperty("sun.net.httpserver.maxReqTime", "30");
    System.setProperty("jdk.httpserver.maxConnections", "128");
    var channel = config.channel();
    var board = office.board();
    var requests = office.requests();
    var verifier = new RequestVerifier(channel.keys(), config.self().identity(), clock);
    var door =
        new Door(
            new OpenRoutes(board, metrics, config.volume().watch()),
            new SignedRoutes(config.self(), board, requests, office.enrolling()),
            new DrainRoute(config.self(), board, requests, config.patience().drain()),
            verifier,
            channel);
    try {
      var listening = HttpServer.create(new InetSocketAddress(channel.port()), BACKLOG);
      var server = new AgentServer(listening, door);
      listening.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot listen at port "
              + channel.port()
              + "; is INTERMISSION_AGENT_PORT used by another container of this pod?",
          e);
    }
  }

  /** The port that it listens at, on every address of the pod. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = exchange.getRequestBody().readNBytes(LARGEST_BODY_BYTES + 1);
      var reply =
          body.length > LARGEST_BODY_BYTES
              ? Reply.problem(413, "BodyTooLarge", "a body has at most 64 KiB")
              : answer(exchange, body);
      exchange.getResponseHeaders().set("Content-Type", reply.contentType());
      exchange.sendResponseHeaders(reply.status(), reply.body().length);
      exchange.getResponseBody().write(reply.body());
    }
  }

  /** The entry point of a request: whatever goes wrong is answered, and the agent lives on. */
  private Reply answer(HttpExchange exchange, byte[] body) {
    var headers = exchange.getRequestHeaders();
    var request =
        new Incoming(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            body,
            name -> Optional.ofNullable(headers.getFirst(name)));
    try {
      return door.answer(request);
    } catch (UncheckedIOException e) {
      LOG.atError().setCause(e).log("the shared directory cannot be written");
      return Reply.problem(507, "SharedDirectoryFailing", e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Reply.problem(503, "Stopping", "this agent is stopping");
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).addKeyValue("path", request.path()).log("request failed");
      return Reply.problem(500, "Internal", "a defect of the agent; its log has the details");
    }
  }
}
