package dev.intermission.operator.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.control.AgentIdentity;
import dev.intermission.control.ContinueCommand;
import dev.intermission.control.RequestSigner;
import dev.intermission.control.SaveAnswer;
import dev.intermission.control.SaveCommand;
import dev.intermission.control.SaveState;
import dev.intermission.control.SigningKey;
import dev.intermission.control.SigningKeys;
import dev.intermission.control.TrustedKeys;
import java.io.IOException;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class AgentClientTest {
  private static final JobKey JOB = new JobKey("team-a", "digits", "job-uid");
  private static final Target POD = new Target(JOB, 3, "digits-3-0", "pod-uid", "127.0.0.1");
  private static final SaveCommand COMMAND = new SaveCommand(7, Optional.empty(), true);

  private final KeyPair pair = SigningKeys.generate();
  private final TrustedKeys trusted = new TrustedKeys(Map.of("k1", pair.getPublic()));
  private final Clock now = Clock.systemUTC();

  @Test
  void signedRequestIsBelievedAndAnswered() throws IOException {
    try (var agent = agent(now, nonce -> held("pod-uid", nonce))) {
      assertThat(client(agent.port()).ask(POD, COMMAND).state()).isEqualTo(SaveState.HELD);
    }
  }

  @Test
  void everyKindOfRequestIsBelieved() throws IOException {
    try (var agent = agent(now, nonce -> held("pod-uid", nonce))) {
      var client = client(agent.port());

      assertThat(client.await(POD, 7, Duration.ofSeconds(1)).id()).isEqualTo(7);
      assertThat(client.letGoOn(POD, new ContinueCommand(7, Optional.of(9L))).id()).isEqualTo(7);
    }
  }

  @Test
  void operatorWithAnotherClockSignsAgainWithTheAgentsTime() throws IOException {
    var anHourBehind = Clock.offset(now, Duration.ofHours(-1));
    try (var agent = agent(now, nonce -> held("pod-uid", nonce))) {
      assertThat(client(anHourBehind, agent.port()).ask(POD, COMMAND).state())
          .isEqualTo(SaveState.HELD);
    }
  }

  @Test
  void podThatInheritedTheIpRefusesAndIsNotBelieved() throws IOException {
    var successor = new AgentIdentity("job-uid", 3, "another-pod");
    try (var agent = new TestingAgent(trusted, successor, now, nonce -> held("x", nonce))) {
      assertThatThrownBy(() -> client(agent.port()).ask(POD, COMMAND))
          .isInstanceOf(AgentCallFailed.class)
          .hasMessageContaining("BadSignature");
    }
  }

  @Test
  void answerOfAnotherPodIsNotUsed() throws IOException {
    try (var agent = agent(now, nonce -> held("another-pod", nonce))) {
      assertThatThrownBy(() -> client(agent.port()).ask(POD, COMMAND))
          .isInstanceOf(AgentCallFailed.class)
          .hasMessageContaining("AgentAnswerForeign");
    }
  }

  @Test
  void answerToAnotherRequestIsNotUsed() throws IOException {
    try (var agent = agent(now, _ -> held("pod-uid", "a-nonce-of-yesterday"))) {
      assertThatThrownBy(() -> client(agent.port()).ask(POD, COMMAND))
          .isInstanceOf(AgentCallFailed.class)
          .hasMessageContaining("AgentAnswerForeign");
    }
  }

  @Test
  void silenceNamesThePodAndTheNetworkPolicy() throws IOException {
    int closed;
    try (var agent = agent(now, nonce -> held("pod-uid", nonce))) {
      closed = agent.port();
    }
    assertThatThrownBy(() -> client(closed).ask(POD, COMMAND))
        .isInstanceOf(AgentCallFailed.class)
        .hasMessageContaining("AgentUnreachable")
        .hasMessageContaining("digits-3-0")
        .hasMessageContaining("NetworkPolicy");
  }

  private TestingAgent agent(Clock clock, Function<String, Object> answer) throws IOException {
    return new TestingAgent(trusted, POD.identity(), clock, answer);
  }

  private AgentClient client(int port) {
    return client(now, port);
  }

  private AgentClient client(Clock clock, int port) {
    var signer = new RequestSigner(new SigningKey("k1", pair.getPrivate()));
    return new AgentClient(signer, clock, port);
  }

  private static SaveAnswer held(String podUid, String nonce) {
    return new SaveAnswer(
        podUid,
        nonce,
        7,
        SaveState.HELD,
        Optional.of(1200L),
        Optional.empty(),
        Optional.of(0L),
        Optional.empty());
  }
}
