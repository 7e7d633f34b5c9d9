package dev.intermission.checkpoint.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.intermission.checkpoint.s3.Credentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** As much of an instance's metadata service (IMDSv2) as tells who the instance is. */
public final class TestingMetadata implements AutoCloseable {

  private static final String CREDENTIALS = "/latest/meta-data/iam/security-credentials/";

  private final HttpServer server;
  private final Optional<Credentials.Static> keys;
  private final AtomicInteger given = new AtomicInteger();

  private TestingMetadata(Optional<Credentials.Static> keys) {
    this.keys = keys;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  public static TestingMetadata giving(Credentials.Static keys) {
    return new TestingMetadata(Optional.of(keys));
  }

  /** As on a machine to which nobody gave a role. */
  public static TestingMetadata withoutARole() {
    return new TestingMetadata(Optional.empty());
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public int timesGiven() {
    return given.get();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange request) throws IOException {
    try (request) {
      var path = request.getRequestURI().getPath();
      if (path.equals("/latest/api/token")) {
        request.getResponseHeaders().set("x-aws-ec2-metadata-token-ttl-seconds", "21600");
        send(request, 200, "metadata-token");
      } else if (keys.isEmpty() || !path.startsWith(CREDENTIALS)) {
        send(request, 404, "not found");
      } else if (path.equals(CREDENTIALS)) {
        send(request, 200, "instance-role");
      } else {
        given.incrementAndGet();
        send(request, 200, json(keys.get()));
      }
    }
  }

  private static String json(Credentials.Static keys) {
    return "{\"Code\":\"Success\",\"Type\":\"AWS-HMAC\",\"LastUpdated\":\"2026-11-24T00:00:00Z\",\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"%s\",\"Token\":\"%s\",\"Expiration\":\"2099-01-01T00:00:00Z\"}"
        .formatted(keys.accessKeyId(), keys.secretAccessKey(), keys.sessionToken().orElseThrow());
  }

  private static void send(HttpExchange request, int status, String text) throws IOException {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    request.sendResponseHeaders(status, bytes.length);
    request.getResponseBody().write(bytes);
  }
}
