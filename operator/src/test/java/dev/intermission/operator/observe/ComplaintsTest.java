package dev.intermission.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.operator.plan.observation.Worker.ContainerState.Waiting;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ComplaintsTest {
  private final Complaints complaints = new Complaints();

  /** What a kubelet of v1.34 says, and the words of the pod's status for it. */
  record Row(String message, String reason) {
    @Override
    public String toString() {
      return message + " -> " + reason;
    }
  }

  static Stream<Row> rows() {
    return Stream.of(
        new Row("Failed to pull image \"no/such:1\": not found", "ErrImagePull"),
        new Row("Error: ErrImagePull", "ErrImagePull"),
        new Row("Error: ImagePullBackOff", "ImagePullBackOff"),
        new Row("Error: InvalidImageName", "InvalidImageName"),
        new Row("Error: secret \"keys\" not found", "CreateContainerConfigError"),
        new Row("Error: failed to create containerd task", "CreateContainerConfigError"),
        new Row("something new", "CreateContainerError"));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void eventReadsLikeTheStatusThatFollowsIt(Row row) {
    assertThat(complaints.heard(pod("digits-1-0-x7k2p", "spec.containers{trainer}", row.message())))
        .isTrue();

    assertThat(complaints.ofContainer("uid-digits-1-0-x7k2p", "trainer"))
        .map(Waiting::reason)
        .contains(row.reason());
    assertThat(complaints.ofContainer("uid-digits-1-0-x7k2p", "agent")).isEmpty();
  }

  @Test
  void shortEventThatFollowsDoesNotHideTheReason() {
    var why = "Failed to pull image \"no/such:1\": not found";
    complaints.heard(pod("digits-1-0-x7k2p", "spec.containers{trainer}", why));

    var again = pod("digits-1-0-x7k2p", "spec.containers{trainer}", "Error: ErrImagePull");

    assertThat(complaints.heard(again)).as("wakes nobody").isFalse();
    assertThat(complaints.ofContainer("uid-digits-1-0-x7k2p", "trainer"))
        .map(Waiting::message)
        .contains(why);
  }

  @Test
  void podsOfOthersAreNotRemembered() {
    assertThat(complaints.heard(pod("web-6f7d9-abcde", "spec.containers{web}", "Error: x")))
        .isFalse();
    assertThat(complaints.ofContainer("uid-web-6f7d9-abcde", "web")).isEmpty();
  }

  @Test
  void volumeThatIsMissingKeepsEveryContainerWaiting() {
    var event =
        pod("digits-1-0-x7k2p", null, "MountVolume.SetUp failed: secret \"keys\" not found");
    event.setReason("FailedMount");
    complaints.heard(event);

    assertThat(complaints.ofContainer("uid-digits-1-0-x7k2p", "agent"))
        .map(Waiting::reason)
        .contains("FailedMount");
  }

  @Test
  void mountThatIsOnlyLateIsNoComplaint() {
    var event = pod("digits-1-0-x7k2p", null, "failed to sync secret cache: timed out");
    event.setReason("FailedMount");

    assertThat(complaints.heard(event)).isFalse();
  }

  @Test
  void jobWhosePodsAreRefusedIsRemembered() {
    complaints.heard(event("Job", "digits-1", null, "Error creating: exceeded quota"));

    assertThat(complaints.ofJob("uid-digits-1")).contains("Error creating: exceeded quota");
  }

  @Test
  void whatTheApiServerForgotIsForgotten() {
    var event = pod("digits-1-0-x7k2p", "spec.containers{trainer}", "Error: ErrImagePull");
    complaints.heard(event);

    complaints.forget(event);

    assertThat(complaints.ofContainer("uid-digits-1-0-x7k2p", "trainer")).isEmpty();
  }

  private static Event pod(String name, String field, String message) {
    return event("Pod", name, field, message);
  }

  private static Event event(String kind, String name, String field, String message) {
    return new EventBuilder()
        .withNewInvolvedObject()
        .withKind(kind)
        .withName(name)
        .withUid("uid-" + name)
        .withFieldPath(field)
        .endInvolvedObject()
        .withMessage(message)
        .build();
  }
}
