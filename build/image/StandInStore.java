import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;

/** As much of S3 as a rehearsal needs: objects in memory, conditional writes, checksums handed back, signatures not looked at. */
final class StandInStore implements AutoCloseable {

  private record Item(byte[] bytes, String etag, Optional<String> sha256) {}

  private final ConcurrentMap<String, Item> objects = new ConcurrentHashMap<>();
  private final HttpServer server;

  StandInStore() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  void put(String bucketAndKey, byte[] bytes) {
    objects.put("/" + bucketAndKey, new Item(bytes, "\"0\"", Optional.empty()));
  }

  Optional<String> text(String bucketAndKey) {
    return Optional.ofNullable(objects.get("/" + bucketAndKey)).map(item -> new String(item.bytes()));
  }

  private void answer(HttpExchange request) throws IOException {
    try (request) {
      var key = request.getRequestURI().getPath();
      var body = request.getRequestBody().readAllBytes();
      switch (request.getRequestMethod()) {
        case "PUT" -> write(request, key, body);
        case "GET", "HEAD" -> read(request, key);
        case "DELETE" -> {
          objects.remove(key);
          request.sendResponseHeaders(204, -1);
        }
        default -> request.sendResponseHeaders(405, -1);
      }
    }
  }

  private void write(HttpExchange request, String key, byte[] body) throws IOException {
    var headers = request.getRequestHeaders();
    var item = new Item(body, "\"" + Long.toHexString(System.nanoTime()) + "\"", Optional.ofNullable(headers.getFirst("x-amz-checksum-sha256")));
    var held = objects.get(key);
    var refused = headers.containsKey("If-None-Match") && held != null
        || headers.containsKey("If-Match") && (held == null || !held.etag().equals(headers.getFirst("If-Match")));
    if (refused) {
      refuse(request, 412, "PreconditionFailed");
      return;
    }
    objects.put(key, item);
    request.getResponseHeaders().set("ETag", item.etag());
    request.sendResponseHeaders(200, -1);
  }

  private void read(HttpExchange request, String key) throws IOException {
    var item = objects.get(key);
    if (item == null && request.getRequestURI().getQuery() != null) {
      send(request, 200, "<ListBucketResult><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>".getBytes());
    } else if (item == null) {
      refuse(request, 404, "NoSuchKey");
    } else {
      request.getResponseHeaders().set("ETag", item.etag());
      request.getResponseHeaders().set("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT");
      item.sha256().ifPresent(sum -> request.getResponseHeaders().set("x-amz-checksum-sha256", sum));
      send(request, 200, item.bytes());
    }
  }

  private static void refuse(HttpExchange request, int status, String code) throws IOException {
    request.getResponseHeaders().set("Content-Type", "application/xml");
    send(request, status, ("<Error><Code>" + code + "</Code></Error>").getBytes());
  }

  private static void send(HttpExchange request, int status, byte[] body) throws IOException {
    if (request.getRequestMethod().equals("HEAD")) {
      request.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
      request.sendResponseHeaders(status, -1);
    } else {
      request.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      request.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
