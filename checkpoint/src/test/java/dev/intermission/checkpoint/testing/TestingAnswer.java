package dev.intermission.checkpoint.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A server with one answer to everything: for what no real store here can be made to say. */
public final class TestingAnswer implements AutoCloseable {

  private final HttpServer server;
  private final int status;
  private final String code;
  private final Map<String, String> headers;

  public TestingAnswer(int status, String code, Map<String, String> headers) {
    this.status = status;
    this.code = code;
    this.headers = headers;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange request) throws IOException {
    try (request) {
      request.getRequestBody().readAllBytes();
      headers.forEach(request.getResponseHeaders()::set);
      request.getResponseHeaders().set("Content-Type", "application/xml");
      var head = request.getRequestMethod().equals("HEAD");
      var body =
          ("<Error><Code>" + code + "</Code><Message>as it is</Message></Error>")
              .getBytes(StandardCharsets.UTF_8);
      request.sendResponseHeaders(status, head ? -1 : body.length);
      if (!head) request.getResponseBody().write(body);
    }
  }
}
