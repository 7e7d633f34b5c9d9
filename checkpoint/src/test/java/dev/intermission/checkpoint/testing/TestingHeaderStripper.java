package dev.intermission.checkpoint.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executors;

/**
 * A proxy that forgets one header of every request, as real ones do with headers they do not know.
 */
public final class TestingHeaderStripper implements AutoCloseable {

  /** Of one hop only, or set by the client itself. */
  private static final Set<String> HOP =
      Set.of("host", "connection", "content-length", "expect", "transfer-encoding", "upgrade");

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final HttpServer server;
  private final URI upstream;
  private final String forgotten;

  public TestingHeaderStripper(URI upstream, String forgotten) {
    this.upstream = upstream;
    this.forgotten = forgotten;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::pass);
    server.start();
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
    http.close();
  }

  private void pass(HttpExchange request) throws IOException {
    try (request) {
      var body = request.getRequestBody().readAllBytes();
      var forwarded =
          HttpRequest.newBuilder(upstream.resolve(request.getRequestURI().toString()))
              .method(request.getRequestMethod(), BodyPublishers.ofByteArray(body));
      request
          .getRequestHeaders()
          .forEach(
              (name, values) -> {
                if (passes(name)) values.forEach(value -> forwarded.header(name, value));
              });
      var answer = http.send(forwarded.build(), BodyHandlers.ofByteArray());
      answer
          .headers()
          .map()
          .forEach(
              (name, values) -> {
                if (passes(name)) request.getResponseHeaders().put(name, values);
              });
      var empty = answer.body().length == 0;
      request.sendResponseHeaders(answer.statusCode(), empty ? -1 : answer.body().length);
      if (!empty) request.getResponseBody().write(answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean passes(String header) {
    return !header.equalsIgnoreCase(forgotten) && !HOP.contains(header.toLowerCase(Locale.ROOT));
  }
}
