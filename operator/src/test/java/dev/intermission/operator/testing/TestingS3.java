package dev.intermission.operator.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * As much of S3 as the operator's probe and HEAD need, in memory, with two faults that no real
 * store here has: conditions that are ignored, and a change of the key that is let in.
 */
public final class TestingS3 implements AutoCloseable {
  private record Item(byte[] bytes, String etag) {}

  private final Map<String, Item> objects = new TreeMap<>();
  private final HttpServer server;
  private volatile boolean conditions = true;
  private volatile String letIn = "";

  public TestingS3() {
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

  /** From now on it says yes to every write, as old stores do. */
  public TestingS3 ignoringConditions() {
    conditions = false;
    return this;
  }

  /** From now on only this access key id is let in. */
  public TestingS3 lettingIn(String accessKeyId) {
    letIn = accessKeyId;
    return this;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private synchronized void answer(HttpExchange request) throws IOException {
    try (request) {
      var body = request.getRequestBody().readAllBytes();
      var signed = String.valueOf(request.getRequestHeaders().getFirst("Authorization"));
      if (!signed.contains("Credential=" + letIn)) {
        refuse(request, 403, "InvalidAccessKeyId");
        return;
      }
      var path = request.getRequestURI().getPath();
      switch (request.getRequestMethod()) {
        case "PUT" -> put(request, path, body);
        case "DELETE" -> {
          objects.remove(path);
          request.sendResponseHeaders(204, -1);
        }
        default -> get(request, path);
      }
    }
  }

  private void put(HttpExchange request, String path, byte[] body) throws IOException {
    var there = objects.get(path);
    var match = request.getRequestHeaders().getFirst("If-Match");
    var create = request.getRequestHeaders().containsKey("If-None-Match");
    var refused =
        create && there != null || match != null && (there == null || !there.etag().equals(match));
    if (conditions && refused) {
      refuse(request, 412, "PreconditionFailed");
      return;
    }
    var etag = new byte[8];
    ThreadLocalRandom.current().nextBytes(etag);
    objects.put(path, new Item(body, '"' + HexFormat.of().formatHex(etag) + '"'));
    request.getResponseHeaders().set("ETag", objects.get(path).etag());
    request.sendResponseHeaders(200, -1);
  }

  private void get(HttpExchange request, String path) throws IOException {
    var query = request.getRequestURI().getQuery();
    if (query != null && query.contains("list-type")) {
      var prefix = path + "/" + query.replaceAll(".*prefix=([^&]*).*", "$1");
      var keys =
          objects.keySet().stream()
              .filter(key -> key.startsWith(prefix))
              .map(
                  key ->
                      "<Contents><Key>%s</Key><Size>1</Size><LastModified>2026-01-01T00:00:00Z</LastModified></Contents>"
                          .formatted(key.substring(path.length() + 1)))
              .collect(Collectors.joining());
      send(
          request,
          200,
          "<ListBucketResult><IsTruncated>false</IsTruncated>" + keys + "</ListBucketResult>");
    } else if (objects.containsKey(path)) {
      var item = objects.get(path);
      request.getResponseHeaders().set("ETag", item.etag());
      request.getResponseHeaders().set("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT");
      request.sendResponseHeaders(200, item.bytes().length);
      request.getResponseBody().write(item.bytes());
    } else {
      refuse(request, 404, "NoSuchKey");
    }
  }

  private static void refuse(HttpExchange request, int status, String code) throws IOException {
    send(request, status, "<Error><Code>" + code + "</Code></Error>");
  }

  private static void send(HttpExchange request, int status, String xml) throws IOException {
    request.getResponseHeaders().set("Content-Type", "application/xml");
    var bytes = xml.getBytes(StandardCharsets.UTF_8);
    if (request.getRequestMethod().equals("HEAD")) {
      request.sendResponseHeaders(status, -1);
      return;
    }
    request.sendResponseHeaders(status, bytes.length);
    request.getResponseBody().write(bytes);
  }
}
