package dev.intermission.api.v1alpha1;

import static dev.intermission.api.v1alpha1.ConditionStatus.FALSE;
import static dev.intermission.api.v1alpha1.ConditionStatus.TRUE;
import static dev.intermission.api.v1alpha1.ConditionType.PAUSED;
import static dev.intermission.api.v1alpha1.ConditionType.READY;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConditionTest {

  private static final Instant EARLIER = Instant.parse("2026-11-24T04:00:00Z");
  private static final Instant LATER = EARLIER.plusSeconds(60);

  private final TrainingJobStatus before =
      TrainingJobStatus.initial()
          .withCondition(condition(READY, TRUE, EARLIER))
          .withCondition(condition(PAUSED, FALSE, EARLIER));

  @Test
  void newReasonWithTheSameStatusKeepsTheTimeOfTheTransition() {
    var after =
        before.withCondition(new Condition(READY, TRUE, "Other", "", Optional.empty(), LATER));

    assertThat(after.condition(READY).orElseThrow().reason()).isEqualTo("Other");
    assertThat(after.condition(READY).orElseThrow().lastTransitionTime()).isEqualTo(EARLIER);
  }

  @Test
  void newStatusIsATransition() {
    var after = before.withCondition(condition(READY, FALSE, LATER));

    assertThat(after.condition(READY).orElseThrow().lastTransitionTime()).isEqualTo(LATER);
  }

  @Test
  void conditionsKeepTheirOrderAndTheirNeighbours() {
    var after = before.withCondition(condition(READY, FALSE, LATER));

    assertThat(after.conditions()).extracting(Condition::type).containsExactly(READY, PAUSED);
    assertThat(after.condition(PAUSED)).isEqualTo(before.condition(PAUSED));
  }

  private static Condition condition(ConditionType type, ConditionStatus status, Instant at) {
    return new Condition(type, status, "Why", "", Optional.empty(), at);
  }
}
