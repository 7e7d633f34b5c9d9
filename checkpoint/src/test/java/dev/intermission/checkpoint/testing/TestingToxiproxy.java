package dev.intermission.checkpoint.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A real Toxiproxy with one proxy in front of a store: what is sent to {@link #endpoint()} arrives
 * there, as slowly and as incompletely as the toxics say.
 */
public final class TestingToxiproxy {

  private static final String PROXY = "store";

  /** Which way a toxic works: requests go upstream, answers downstream. */
  public enum Way {
    UPSTREAM,
    DOWNSTREAM
  }

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI control;
  private final URI endpoint;
  private final TestingProcess process;

  private TestingToxiproxy(URI control, URI endpoint, TestingProcess process) {
    this.control = control;
    this.endpoint = endpoint;
    this.process = process;
  }

  public static TestingToxiproxy before(URI store) {
    var folder = TestingProcess.newFolder("toxiproxy");
    var port = TestingProcess.freePort();
    var command = List.of(TestingTool.path("toxiproxy"), "-host", "127.0.0.1", "-port", "" + port);
    var proxy =
        new TestingToxiproxy(
            local(port),
            local(TestingProcess.freePort()),
            TestingProcess.start(folder, command, Map.of()));
    proxy.create(store);
    return proxy;
  }

  public URI endpoint() {
    return endpoint;
  }

  /** Spoils connections from now on, also those that are open. */
  public void spoil(String toxic, Way way, Map<String, Object> attributes) {
    var body =
        "{\"type\":\"%s\",\"stream\":\"%s\",\"attributes\":{%s}}"
            .formatted(
                toxic,
                way.name().toLowerCase(java.util.Locale.ROOT),
                attributes.entrySet().stream()
                    .map(entry -> "\"" + entry.getKey() + "\":" + entry.getValue())
                    .collect(Collectors.joining(",")));
    send("POST", "/proxies/" + PROXY + "/toxics", body);
  }

  /** Nobody listens any more, and open connections are closed. */
  public void down() {
    send("POST", "/proxies/" + PROXY, "{\"enabled\":false}");
  }

  /** Everything goes through again. */
  public void heal() {
    send("POST", "/reset", "");
  }

  private void create(URI store) {
    var body =
        "{\"name\":\"%s\",\"listen\":\"127.0.0.1:%d\",\"upstream\":\"127.0.0.1:%d\"}"
            .formatted(PROXY, endpoint.getPort(), store.getPort());
    var deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (true) {
      try {
        send("POST", "/proxies", body);
        return;
      } catch (UncheckedIOException notListeningYet) {
        if (!process.alive() || System.nanoTime() > deadline) {
          throw new AssertionError(process.log(), notListeningYet);
        }
        Thread.onSpinWait();
      }
    }
  }

  private void send(String method, String path, String body) {
    var request =
        HttpRequest.newBuilder(control.resolve(path))
            .method(method, BodyPublishers.ofString(body))
            .build();
    try {
      var answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() / 100 != 2) {
        throw new AssertionError(method + " " + path + " " + body + ": " + answer.body());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static URI local(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }
}
