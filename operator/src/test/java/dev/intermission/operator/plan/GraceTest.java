package dev.intermission.operator.plan;

import static dev.intermission.operator.plan.Scene.paused;
import static dev.intermission.operator.plan.Scene.pausing;
import static dev.intermission.operator.plan.Scene.running;
import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.Condition;
import dev.intermission.api.v1alpha1.ConditionStatus;
import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.api.v1alpha1.GraceStatus;
import dev.intermission.control.SaveState;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How long pods get to save, and what is said when that is too short. */
class GraceTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** What is known of saves when the next run begins, and what its pods get. */
  record Begins(String name, Scene scene, long seconds) {
    @Override
    public String toString() {
      return name + " -> " + seconds + " s";
    }
  }

  static Stream<Begins> begins() {
    return Stream.of(
        new Begins("nothing known, template silent", paused(), 120),
        new Begins("nothing known, template has less", paused().templateGrace(5), 5),
        new Begins("short saves", paused().grace(120, 1_000L), 120),
        new Begins("the longest of the newest counts", paused().grace(120, 1L, 60_000L, 1L), 150),
        new Begins("part of a second is a whole one", paused().grace(120, 60_001L), 152),
        new Begins(
            "never below the template", paused().templateGrace(600).grace(600, 60_000L), 600),
        new Begins("above the template", paused().templateGrace(5).grace(5, 10_000L), 50),
        new Begins("shorter saves, shorter grace", paused().grace(900, 1_000L), 120));
  }

  @ParameterizedTest
  @MethodSource
  void begins(Begins row) {
    var plan = row.scene().unpaused().plan();

    assertThat(grace(plan).seconds()).isEqualTo(row.seconds());
    assertThat(plan.actions())
        .filteredOn(Action.CreateChildJob.class::isInstance)
        .extracting(action -> ((Action.CreateChildJob) action).grace())
        .as("and its Job is made so")
        .containsExactly(Duration.ofSeconds(row.seconds()));
  }

  @Test
  void runThatIsMadeAgainAfterADeathGetsTheSame() {
    var scene = Scene.starting().noPod().noJob().jobUidUnknown().grace(430, 1L);

    assertThat(scene.plan().actions())
        .filteredOn(Action.CreateChildJob.class::isInstance)
        .extracting(action -> ((Action.CreateChildJob) action).grace())
        .containsExactly(Duration.ofSeconds(430));
  }

  @Test
  void periodicSaveIsMeasuredByItsAgentOnceItIsVerified() {
    var plan = running().grace(120, 5_000L).commits(1240, false).saveTook(MINUTE).plan();

    assertThat(grace(plan).savesMillis()).containsExactly(60_000L, 5_000L);
  }

  @Test
  void saveThatNobodyMeasuredChangesNothing() {
    var plan = running().grace(120, 5_000L).commits(1240, false).plan();

    assertThat(grace(plan).savesMillis()).containsExactly(5_000L);
  }

  @Test
  void whatAnAgentSaysOfAnEarlierSaveIsNotTakenForTheNewestOne() {
    var scene = running().grace(120, 5_000L).commits(1240, false).saveTook(MINUTE);

    var plan = scene.commits(1245, false).plan();

    assertThat(plan.status().checkpoint().orElseThrow().step()).isEqualTo(1245);
    assertThat(grace(plan).savesMillis()).containsExactly(5_000L);
  }

  @Test
  void checkpointThatIsMeasuredAlreadyIsNotMeasuredAgainAsTheOneOfAPause() {
    var scene = pausing().attemptBegan(MINUTE).commits(1250, false).answers(SaveState.HELD);
    var sum = scene.plan().status().checkpoint().orElseThrow().manifestSha256();
    var measured = GraceStatus.DEFAULT.withSave(sum, 5_000L);
    var run = scene.status().run().orElseThrow().withGrace(measured);

    var plan = scene.status(scene.status().withRun(run)).plan();

    assertThat(plan.status().pause().orElseThrow().receipt()).isPresent();
    assertThat(grace(plan)).isEqualTo(measured);
  }

  @Test
  void onlyTheNewestFiveCount() {
    var plan =
        running()
            .grace(120, 5L, 4L, 3L, 2L, 900_000L)
            .commits(1240, false)
            .saveTook(Duration.ofMillis(6))
            .plan();

    assertThat(grace(plan).savesMillis()).containsExactly(6L, 5L, 4L, 3L, 2L);
  }

  @Test
  void pauseIsMeasuredFromItsRequest() {
    var plan =
        pausing()
            .grace(120)
            .attemptBegan(MINUTE)
            .commits(1250, false)
            .answers(SaveState.HELD)
            .plan();

    assertThat(grace(plan).savesMillis()).containsExactly(59_500L);
  }

  @Test
  void pauseThatHadToAskAgainSaysNothingOfASave() {
    var scene = pausing().grace(120).attemptBegan(MINUTE).commits(1250, false);
    var status = scene.status();
    var again = status.pause().orElseThrow().again(1, Optional.empty(), Scene.NOW.minus(MINUTE));

    var plan = scene.status(status.withPause(again)).answers(SaveState.HELD).plan();

    assertThat(grace(plan).savesMillis()).isEmpty();
  }

  /** What is given and needed, and what is said of it. */
  record Verdict(String name, Scene scene, ConditionStatus status, String reason, String... says) {
    @Override
    public String toString() {
      return name + " -> " + status + " " + reason;
    }
  }

  static Stream<Verdict> verdicts() {
    var twoMinutes = Duration.ofMinutes(2);
    return Stream.of(
        new Verdict(
            "short saves",
            running().grace(120, 1_500L),
            ConditionStatus.TRUE,
            "Enough",
            "took up to 2 s",
            "gets 120 s"),
        new Verdict(
            "saves longer than the grace",
            running().grace(120, 200_000L),
            ConditionStatus.FALSE,
            "GraceTooShort",
            "took up to 200 s",
            "pods of run 3 get 120 s",
            "next run's get 430 s"),
        new Verdict(
            "what the agent keeps back is missing",
            running().grace(120, 116_000L),
            ConditionStatus.FALSE,
            "GraceTooShort"),
        new Verdict(
            "grace enough, spot notice too short",
            running().grace(120, 20_000L).spot("Google Cloud", Duration.ofSeconds(15)),
            ConditionStatus.FALSE,
            "NoticeTooShort",
            "spot node node-1 (Google Cloud) gives its pods 15 s",
            "spec.checkpoint.every"),
        new Verdict(
            "both enough",
            running().grace(120, 20_000L).spot("AWS", twoMinutes),
            ConditionStatus.TRUE,
            "Enough"));
  }

  @ParameterizedTest
  @MethodSource
  void verdicts(Verdict row) {
    var found = row.scene().plan().status().condition(ConditionType.SAVES_IN_TIME).orElseThrow();

    assertThat(found.status()).isEqualTo(row.status());
    assertThat(found.reason()).isEqualTo(row.reason());
    for (var words : row.says()) assertThat(found.message()).contains(words);
  }

  @Test
  void nothingIsSaidBeforeAnythingIsMeasured() {
    var status = running().grace(120).spot("AWS", Duration.ofMinutes(2)).plan().status();

    assertThat(status.condition(ConditionType.SAVES_IN_TIME)).isEmpty();
  }

  @Test
  void warningIsToldAsAnEventOnce() {
    var scene = running().grace(120, 200_000L);
    var plan = scene.plan();

    assertThat(plan.events()).extracting(JobEvent::reason).contains("GraceTooShort");
    assertThat(scene.again(plan).events()).isEmpty();
    assertThat(plan.status().condition(ConditionType.READY).map(Condition::status))
        .as("it trains")
        .contains(ConditionStatus.TRUE);
  }

  private static GraceStatus grace(Plan plan) {
    return plan.status().run().orElseThrow().grace().orElseThrow();
  }
}
