package dev.intermission.operator.health;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Serves {@code /healthz/live|ready|started} and {@code /metrics}. The caller closes it. */
public final class HealthServer implements AutoCloseable {
  private final HttpServer server;

  private HealthServer(HttpServer server) {
    this.server = server;
  }

  /**
   * Listens at once on {@code port}, 0 for any free one.
   *
   * @throws UncheckedIOException the port is taken
   */
  public static HealthServer start(int port, Probes probes, Supplier<String> metrics) {
    try {
      var server = HttpServer.create(new InetSocketAddress(port), 0);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      serve(server, "/healthz/live", probes.live());
      serve(server, "/healthz/ready", probes.ready());
      serve(server, "/healthz/started", probes.started());
      server.createContext("/metrics", exchange -> answer(exchange, 200, metrics.get()));
      server.start();
      return new HealthServer(server);
    } catch (IOException taken) {
      throw new UncheckedIOException(
          "cannot listen on port " + port + " for health and metrics: " + taken.getMessage(),
          taken);
    }
  }

  /** Where it listens. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private static void serve(HttpServer server, String path, BooleanSupplier probe) {
    server.createContext(
        path,
        exchange -> {
          var well = probe.getAsBoolean();
          answer(exchange, well ? 200 : 503, well ? "ok\n" : "not yet\n");
        });
  }

  private static void answer(HttpExchange exchange, int code, String text) throws IOException {
    var body = text.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
      exchange.sendResponseHeaders(code, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
