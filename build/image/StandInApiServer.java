import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;

/** A Kubernetes API server with nothing in it: lists are empty, watches stay silent, what is written is handed back. */
final class StandInApiServer implements AutoCloseable {

  private static final String ALL_IS_ALLOWED =
      """
      {"kind": "SelfSubjectRulesReview", "apiVersion": "authorization.k8s.io/v1", "spec": {}, "status": {"incomplete": false, "nonResourceRules": [],
       "resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}]}}
      """;

  private final ConcurrentMap<String, byte[]> written = new ConcurrentHashMap<>();
  private final HttpServer server;

  StandInApiServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange request) throws IOException {
    var path = request.getRequestURI().getPath();
    var query = String.valueOf(request.getRequestURI().getQuery());
    var body = request.getRequestBody().readAllBytes();
    if ("websocket".equalsIgnoreCase(request.getRequestHeaders().getFirst("Upgrade"))) {
      request.sendResponseHeaders(200, -1); // no WebSockets here: the client then watches by a plain GET
      request.close();
    } else if (query.contains("watch=true")) {
      request.sendResponseHeaders(200, 0); // and never ends: close() cuts it
    } else if (path.equals("/version")) {
      send(request, 200, "{\"major\":\"1\",\"minor\":\"34\",\"gitVersion\":\"v1.34.0\"}".getBytes());
    } else if (path.endsWith("/selfsubjectrulesreviews")) {
      send(request, 201, ALL_IS_ALLOWED.getBytes());
    } else if (body.length > 0) {
      written.put(request.getRequestMethod().equals("POST") ? path + "/" + nameIn(body) : path, body);
      send(request, request.getRequestMethod().equals("POST") ? 201 : 200, body);
    } else if (written.containsKey(path)) {
      send(request, 200, written.get(path));
    } else if (isCollection(path)) {
      send(request, 200, "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[]}".getBytes());
    } else {
      send(request, 404, "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"reason\":\"NotFound\",\"code\":404}".getBytes());
    }
  }

  /** Resources have lower-case plural names at even or odd depth; the only single object ever read is the leader's lease. */
  private static boolean isCollection(String path) {
    return !path.contains("/leases/");
  }

  private static String nameIn(byte[] body) {
    var named = java.util.regex.Pattern.compile("\"name\"\\s*:\\s*\"([^\"]+)\"").matcher(new String(body));
    return named.find() ? named.group(1) : "";
  }

  private static void send(HttpExchange request, int status, byte[] body) throws IOException {
    try (request) {
      request.getResponseHeaders().set("Content-Type", "application/json");
      request.sendResponseHeaders(status, body.length);
      request.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
