package dev.intermission.agent;

import dev.intermission.control.AgentIdentity;
import dev.intermission.control.AgentPaths;
import dev.intermission.control.AgentStatus;
import dev.intermission.control.ContinueCommand;
import dev.intermission.control.ControlJson;
import dev.intermission.control.Problem;
import dev.intermission.control.RequestFacts;
import dev.intermission.control.RequestSigner;
import dev.intermission.control.Roster;
import dev.intermission.control.SaveAnswer;
import dev.intermission.control.SaveCommand;
import dev.intermission.control.SaveState;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Speaks to one agent as the operator does: signed, by HTTP. */
public final class TestingOperator {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final RequestSigner signer = new RequestSigner(TestingEnvironment.KEY);
  private final int port;
  private final AgentIdentity agent;

  public TestingOperator(int port, AgentIdentity agent) {
    this.port = port;
    this.agent = agent;
  }

  public AgentStatus status() {
    var response = signed(RequestFacts.get(AgentPaths.STATUS, 0));
    return ControlJson.decode(ok(response), AgentStatus.class);
  }

  public SaveAnswer save(long id, boolean hold) {
    return save(new SaveCommand(id, Optional.empty(), hold));
  }

  public SaveAnswer save(SaveCommand command) {
    return answer(signed(RequestFacts.post(command)));
  }

  public HttpResponse<byte[]> enrol(Roster roster) {
    return signed(RequestFacts.post(roster));
  }

  public SaveAnswer look(long id) {
    return answer(signed(RequestFacts.get(AgentPaths.checkpoint(id), id)));
  }

  /** Polls as the operator does until the request is in that state. */
  public SaveAnswer awaitState(long id, SaveState wanted) {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    var last = look(id);
    while (last.state() != wanted) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("request " + id + " is not " + wanted + " but " + last);
      }
      last = answer(signed(RequestFacts.get(AgentPaths.checkpoint(id, Duration.ofSeconds(1)), id)));
    }
    return last;
  }

  public SaveAnswer letGo(long id) {
    return letGo(new ContinueCommand(id, Optional.empty()));
  }

  public SaveAnswer letGo(ContinueCommand command) {
    return answer(signed(RequestFacts.post(command)));
  }

  /** Sends a request signed for this agent. */
  public HttpResponse<byte[]> signed(RequestFacts facts) {
    return send(facts, signer.sign(facts, agent, Instant.now()).headers());
  }

  public HttpResponse<byte[]> send(RequestFacts facts, Map<String, String> headers) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + facts.target()))
            .timeout(PATIENCE.plusSeconds(15))
            .method(facts.method(), BodyPublishers.ofByteArray(facts.body()));
    headers.forEach(request::header);
    try {
      return http.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new AssertionError("no answer from the agent to " + facts, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  public HttpResponse<byte[]> drain() {
    return send(
        RequestFacts.get(AgentPaths.DRAIN, 0),
        Map.of(AgentPaths.DRAIN_HEADER, TestingEnvironment.DRAIN_TOKEN));
  }

  public static Problem problem(HttpResponse<byte[]> response) {
    return ControlJson.decode(response.body(), Problem.class);
  }

  private static SaveAnswer answer(HttpResponse<byte[]> response) {
    return ControlJson.decode(ok(response), SaveAnswer.class);
  }

  private static byte[] ok(HttpResponse<byte[]> response) {
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + " " + new String(response.body()));
    }
    return response.body();
  }
}
