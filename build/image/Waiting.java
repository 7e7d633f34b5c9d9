import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;

/** Waits for a program that is being rehearsed, and asks it things. */
final class Waiting {

  interface Question {
    boolean answeredYes() throws IOException, InterruptedException;
  }

  /** Looks every 50 ms, for at most a minute. */
  static void until(String what, Process program, Question question) throws IOException, InterruptedException {
    var end = Instant.now().plus(Duration.ofMinutes(1));
    while (!question.answeredYes()) {
      if (!program.isAlive()) throw new IllegalStateException("the program ended with " + program.exitValue() + " before " + what);
      if (Instant.now().isAfter(end)) throw new IllegalStateException("a minute passed without " + what);
      Thread.sleep(50);
    }
  }

  /** The status of a GET, or 0 where nobody listens yet. */
  static int statusOf(String url) throws InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.discarding()).statusCode();
    } catch (IOException nobodyListensYet) {
      return 0;
    }
  }

  static int freePort() throws IOException {
    try (var socket = new java.net.ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
