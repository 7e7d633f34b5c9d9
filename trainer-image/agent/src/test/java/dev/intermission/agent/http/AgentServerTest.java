package dev.intermission.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.agent.TestingEnvironment;
import dev.intermission.agent.TestingOperator;
import dev.intermission.agent.metrics.Metrics;
import dev.intermission.agent.state.Ask.Release;
import dev.intermission.agent.state.Asked;
import dev.intermission.agent.state.Facts;
import dev.intermission.agent.state.Lease;
import dev.intermission.agent.work.Board;
import dev.intermission.agent.work.Enrolling;
import dev.intermission.agent.work.Journal;
import dev.intermission.agent.work.Requests;
import dev.intermission.agent.work.Starting;
import dev.intermission.control.AgentIdentity;
import dev.intermission.control.AgentPaths;
import dev.intermission.control.ContinueCommand;
import dev.intermission.control.RequestFacts;
import dev.intermission.control.RequestSigner;
import dev.intermission.control.Restored;
import dev.intermission.control.SaveCommand;
import dev.intermission.control.SaveState;
import dev.intermission.sdk.directory.Request;
import dev.intermission.sdk.directory.SharedDirectory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AgentServerTest {

  @TempDir Path root;
  private SharedDirectory directory;
  private Board board;
  private AgentServer server;
  private TestingOperator operator;
  private AgentIdentity pod;

  @BeforeEach
  void openTheServer() {
    var environment = TestingEnvironment.in(root).with("INTERMISSION_GRACE_SECONDS", "6");
    directory = new SharedDirectory(root);
    board =
        new Board(
            Facts.atStart(new Asked(0, Optional.empty(), new Lease(Duration.ofMinutes(1), 0))));
    var journal = new Journal(directory);
    var requests = new Requests(board, journal, System::nanoTime);
    var enrolling = new Enrolling(environment.config().self(), new Starting.Notes(board, journal));
    var office = new AgentServer.Office(board, requests, enrolling);
    var clock = InstantSource.system();
    server =
        AgentServer.open(environment.config(), office, new Metrics(board::facts, clock), clock);
    pod = environment.identity();
    operator = new TestingOperator(server.port(), pod);
  }

  @AfterEach
  void closeTheServer() {
    server.close();
  }

  @Test
  void aStatusRepeatsPodAndNonce() {
    var facts = RequestFacts.get(AgentPaths.STATUS, 0);
    var signed = new RequestSigner(TestingEnvironment.KEY).sign(facts, pod, Instant.now());

    var body = new String(operator.send(facts, signed.headers()).body(), StandardCharsets.UTF_8);

    assertThat(body).contains("\"podUid\":\"pod-1\"").contains(signed.nonce());
    assertThat(operator.status().restored().state()).isEqualTo(Restored.State.WAITING_FOR_SEAL);
  }

  @Test
  void anUnsignedRequestIsTurnedAwayAndChangesNothing() {
    var response =
        operator.send(RequestFacts.post(new SaveCommand(7, Optional.empty(), true)), Map.of());

    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(TestingOperator.problem(response).reason()).isEqualTo("Unsigned");
    assertThat(directory.control().read()).isEmpty();
  }

  @Test
  void aRequestForThePodThatHadThisAddressBeforeIsTurnedAway() {
    var former = new AgentIdentity(pod.jobUid(), pod.run(), "pod-0");
    var response =
        new TestingOperator(server.port(), former)
            .signed(RequestFacts.post(new ContinueCommand(7, Optional.empty())));

    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(TestingOperator.problem(response).reason()).isEqualTo("BadSignature");
  }

  @Test
  void anOldSignatureIsAnsweredWithOurTime() {
    var facts = RequestFacts.get(AgentPaths.STATUS, 0);
    var signer = new RequestSigner(TestingEnvironment.KEY);
    var yesterday = signer.sign(facts, pod, Instant.now().minus(Duration.ofDays(1)));

    var response = operator.send(facts, yesterday.headers());

    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(TestingOperator.problem(response).reason()).isEqualTo("Clock");
    assertThat(response.headers().firstValue("Date")).isPresent();
  }

  @Test
  void anIdOfThePathThatIsNotTheSignedOneIsRefused() {
    var response =
        operator.signed(new RequestFacts("POST", AgentPaths.continuing(7), new byte[0], 8));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(TestingOperator.problem(response).reason()).isEqualTo("IdMismatch");
  }

  @Test
  void aSaveReachesTheTrainerAndIsIdempotent() {
    assertThat(operator.save(7, true).state()).isEqualTo(SaveState.PENDING);
    assertThat(operator.save(7, true).state()).isEqualTo(SaveState.PENDING);

    assertThat(directory.control().read())
        .contains(new Request.Checkpoint(7, new Request.At.Next(), true));
    assertThat(directory.agent().read().orElseThrow().newestRequestId()).isEqualTo(7);
  }

  @Test
  void aLowerIdIsSupersededAndTheTrainerDoesNotHearOfIt() {
    operator.save(7, true);

    assertThat(operator.save(6, false).state()).isEqualTo(SaveState.SUPERSEDED);
    assertThat(operator.look(6).state()).isEqualTo(SaveState.SUPERSEDED);
    assertThat(directory.control().read())
        .contains(new Request.Checkpoint(7, new Request.At.Next(), true));
  }

  @Test
  void aRequestThatWasNeverSentIsNotFound() {
    assertThat(operator.signed(RequestFacts.get(AgentPaths.checkpoint(3), 3)).statusCode())
        .isEqualTo(404);
  }

  @Test
  void aMalformedCommandNamesTheField() {
    var body = "{\"id\":7,\"at\":\"soon\",\"hold\":true}".getBytes(StandardCharsets.UTF_8);

    var response = operator.signed(new RequestFacts("POST", AgentPaths.CHECKPOINTS, body, 7));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(TestingOperator.problem(response).message()).contains("soon");
  }

  @Test
  void aBodyAboveTheLimitIsRefused() {
    var response =
        operator.signed(
            new RequestFacts("POST", AgentPaths.CHECKPOINTS, new byte[64 * 1024 + 1], 7));

    assertThat(response.statusCode()).isEqualTo(413);
  }

  @Test
  void aLongPollAnswersWithTheFirstChange() throws InterruptedException {
    operator.save(7, true);
    var changer =
        Thread.ofVirtual()
            .unstarted(
                () -> board.update(facts -> facts.with(facts.asked().released(7, Release.DONE))));
    var poll = RequestFacts.get(AgentPaths.checkpoint(7, Duration.ofSeconds(25)), 7);
    var before = System.nanoTime();
    changer.start();

    var response = operator.signed(poll);

    changer.join();
    assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains("CONTINUED");
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void aLongPollWithoutNewsEndsWithTheWait() {
    operator.save(7, true);
    var before = System.nanoTime();

    operator.signed(RequestFacts.get(AgentPaths.checkpoint(7, Duration.ofSeconds(1)), 7));

    assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(990));
  }

  @Test
  void everySignedRequestRenewsTheLease() {
    var before = board.facts().asked().lease().heardNanos();

    operator.status();

    assertThat(board.facts().asked().lease().heardNanos()).isNotEqualTo(before);
  }

  @Test
  void startedTurnsTrueWithTheRestore() {
    assertThat(open(AgentPaths.STARTED)).isEqualTo(503);
    assertThat(open(AgentPaths.LIVE)).isEqualTo(200);

    board.update(
        facts ->
            facts.with(new Restored(Restored.State.RESTORED, Optional.empty(), Optional.empty())));

    assertThat(open(AgentPaths.STARTED)).isEqualTo(200);
  }

  @Test
  void metricsArePrometheusText() {
    var response = operator.send(RequestFacts.get(AgentPaths.METRICS, 0), Map.of());

    assertThat(new String(response.body(), StandardCharsets.UTF_8))
        .contains("intermission_agent_durable_step -1.0")
        .contains("intermission_agent_upload_lag_seconds 0.0");
  }

  @Test
  void aDrainNeedsTheTokenOfTheRun() {
    var facts = RequestFacts.get(AgentPaths.DRAIN, 0);

    assertThat(operator.send(facts, Map.of()).statusCode()).isEqualTo(403);
    assertThat(operator.send(facts, Map.of(AgentPaths.DRAIN_HEADER, "guess")).statusCode())
        .isEqualTo(403);
    assertThat(directory.control().read()).isEmpty();
    assertThat(operator.drain().statusCode())
        .isEqualTo(200); // nothing was trained: nothing to save
  }

  @Test
  void aPathThatIsNobodysIsNotFound() {
    assertThat(open("/")).isEqualTo(404);
    assertThat(operator.signed(RequestFacts.get("/v1/secrets", 0)).statusCode()).isEqualTo(404);
    assertThat(
            operator
                .signed(new RequestFacts("POST", AgentPaths.checkpoint(7), new byte[0], 7))
                .statusCode())
        .isEqualTo(405);
  }

  private int open(String path) {
    return operator.send(RequestFacts.get(path, 0), Map.of()).statusCode();
  }
}
