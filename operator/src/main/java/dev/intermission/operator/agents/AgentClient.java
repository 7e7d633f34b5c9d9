package dev.intermission.operator.agents;

import dev.intermission.control.AgentPaths;
import dev.intermission.control.AgentStatus;
import dev.intermission.control.ContinueCommand;
import dev.intermission.control.ControlJson;
import dev.intermission.control.MalformedMessage;
import dev.intermission.control.Problem;
import dev.intermission.control.Rejection;
import dev.intermission.control.RequestFacts;
import dev.intermission.control.RequestSigner;
import dev.intermission.control.Roster;
import dev.intermission.control.SaveAnswer;
import dev.intermission.control.SaveCommand;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.Executors;

/**
 * Asks one agent one thing and waits for the answer; call it from a virtual thread. Thread-safe.
 * Every method throws {@link AgentCallFailed} when there is no usable answer.
 */
public final class AgentClient implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(5);

  /** An answer is a few hundred bytes; a pod that sends more is not an agent. */
  private static final long LARGEST_ANSWER = 64 << 10;

  private final RequestSigner signer;
  private final Clock clock;
  private final int port;
  private final HttpClient http;

  /** {@code port} is the same in every pod. */
  public AgentClient(RequestSigner signer, Clock clock, int port) {
    this.signer = signer;
    this.clock = clock;
    this.port = port;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
  }

  AgentStatus status(Target target) {
    return status(target, RequestFacts.get(AgentPaths.STATUS, 0));
  }

  /** Refused, as a failed call, by a pod that belongs to another session already. */
  AgentStatus enrol(Target target, Roster roster) {
    return status(target, RequestFacts.post(roster));
  }

  private AgentStatus status(Target target, RequestFacts request) {
    var answer = exchange(target, request, ANSWER, AgentStatus.class);
    return answer.from(answer.value().podUid(), answer.value().nonce());
  }

  SaveAnswer ask(Target target, SaveCommand command) {
    return save(target, RequestFacts.post(command), ANSWER);
  }

  /** Returns when the state changed, or after {@code wait}. Renews the hold. */
  SaveAnswer await(Target target, long id, Duration wait) {
    return save(target, RequestFacts.get(AgentPaths.checkpoint(id, wait), id), wait.plus(ANSWER));
  }

  SaveAnswer letGoOn(Target target, ContinueCommand command) {
    return save(target, RequestFacts.post(command), ANSWER);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private SaveAnswer save(Target target, RequestFacts request, Duration patience) {
    var answer = exchange(target, request, patience, SaveAnswer.class);
    return answer.from(answer.value().podUid(), answer.value().nonce());
  }

  private <T> Answer<T> exchange(
      Target target, RequestFacts request, Duration patience, Class<T> type) {
    var now = clock.instant();
    var first = send(target, request, patience, now);
    if (first.response().statusCode() == 401 && problem(first).reason().equals(clockReason())) {
      // One of the two clocks is wrong; the pod's own time is as good a stamp as ours
      first = send(target, request, patience, dateOf(first.response()).orElse(now));
    }
    if (first.response().statusCode() / 100 != 2) {
      throw new AgentCallFailed(problem(first));
    }
    try {
      return new Answer<>(target, first.nonce(), ControlJson.decode(first.response().body(), type));
    } catch (MalformedMessage malformed) {
      throw failed(target, "AgentAnswerMalformed", malformed.getMessage());
    }
  }

  private Reply send(Target target, RequestFacts request, Duration patience, Instant stamp) {
    var signed = signer.sign(request, target.identity(), stamp);
    var http =
        HttpRequest.newBuilder(address(target, request.target()))
            .timeout(patience)
            .method(request.method(), HttpRequest.BodyPublishers.ofByteArray(request.body()));
    signed.headers().forEach(http::header);
    try {
      var body = BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST_ANSWER);
      return new Reply(target, signed.nonce(), this.http.send(http.build(), body));
    } catch (IOException unreachable) {
      throw failed(
          target,
          "AgentUnreachable",
          unreachable
              + "; if it stays so, allow port "
              + port
              + " from the operator's namespace in the job's NetworkPolicy");
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw failed(target, "AgentUnreachable", "the operator is stopping");
    }
  }

  private URI address(Target target, String pathAndQuery) {
    var host = target.ip().contains(":") ? "[" + target.ip() + "]" : target.ip();
    return URI.create("http://" + host + ":" + port + pathAndQuery);
  }

  private static Problem problem(Reply reply) {
    try {
      return ControlJson.decode(reply.response().body(), Problem.class);
    } catch (MalformedMessage notOurs) {
      return failed(
              reply.target(),
              "AgentAnswerMalformed",
              "status " + reply.response().statusCode() + " without a reason")
          .problem();
    }
  }

  private static String clockReason() {
    return Rejection.CLOCK.problem().reason();
  }

  private static Optional<Instant> dateOf(HttpResponse<byte[]> response) {
    try {
      return response
          .headers()
          .firstValue("Date")
          .map(DateTimeFormatter.RFC_1123_DATE_TIME::parse)
          .map(Instant::from);
    } catch (DateTimeException notADate) {
      return Optional.empty();
    }
  }

  private static AgentCallFailed failed(Target target, String reason, String what) {
    return new AgentCallFailed(
        new Problem(reason, "The agent of pod " + target.podName() + " did not answer: " + what));
  }

  private record Reply(Target target, String nonce, HttpResponse<byte[]> response) {}

  private record Answer<T>(Target target, String nonce, T value) {
    /** The value, if it echoes the pod and the nonce that were asked: else it is another's. */
    T from(String podUid, String echoed) {
      if (!podUid.equals(target.podUid()) || !echoed.equals(nonce)) {
        throw failed(
            target, "AgentAnswerForeign", "the answer is another pod's or another request's");
      }
      return value;
    }
  }
}
