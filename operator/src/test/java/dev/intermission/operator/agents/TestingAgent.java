package dev.intermission.operator.agents;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.intermission.control.AgentIdentity;
import dev.intermission.control.ControlJson;
import dev.intermission.control.Rejection;
import dev.intermission.control.RequestVerifier;
import dev.intermission.control.RequestVerifier.Accepted;
import dev.intermission.control.RequestVerifier.Rejected;
import dev.intermission.control.TrustedKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;

/** Answers as an agent does: believes only what was signed for its pod, by its own clock. */
final class TestingAgent implements AutoCloseable {
  private final HttpServer server;

  /** {@code answer} makes the body of a nonce. */
  TestingAgent(TrustedKeys keys, AgentIdentity self, Clock clock, Function<String, Object> answer)
      throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var verifier = new RequestVerifier(keys, self, clock);
    server.createContext(
        "/",
        exchange -> {
          var body = exchange.getRequestBody().readAllBytes();
          var verdict =
              verifier.verify(
                  exchange.getRequestMethod(),
                  exchange.getRequestURI().toString(),
                  body,
                  name -> Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)));
          switch (verdict) {
            case Accepted accepted -> reply(exchange, 200, answer.apply(accepted.nonce()));
            case Rejected(Rejection why) ->
                reply(exchange, 401, why.problem()); // the JDK's server adds the Date itself
          }
        });
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private static void reply(HttpExchange exchange, int code, Object message) throws IOException {
    var body = ControlJson.encode(message);
    try (exchange) {
      exchange.sendResponseHeaders(code, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
