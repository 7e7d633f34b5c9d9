package dev.intermission.agent.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.agent.state.Ask.Release;
import dev.intermission.agent.state.Folder.Claims;
import dev.intermission.agent.state.Tenure.Standing;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PartingTest {

  @Test
  void aTrainerThatHasNotBegunHasNothingToLose() {
    assertThat(Parting.of(Situation.claimed().facts())).contains(Parting.NOTHING_TO_SAVE);
  }

  @Test
  void aTrainerInTheMiddleHasSomethingToLose() {
    assertThat(Parting.of(Situation.claimed().trained(12).facts())).isEmpty();
    assertThat(Parting.of(Situation.claimed().saved(12).facts())).isEmpty();
  }

  @Test
  void aDurableStepIsNotEnoughWhileTheTrainerGoesOn() {
    assertThat(Parting.of(Situation.claimed().trained(12).saved(12).uploaded().facts())).isEmpty();
  }

  @Test
  void heldAndDurableMayGoAtOnceWhoeverAsked() {
    assertThat(Parting.of(held().facts())).contains(Parting.SAVED);
    assertThat(
            Parting.of(
                Situation.claimed().drained(1).trained(12).saved(12).holds(1).uploaded().facts()))
        .contains(Parting.SAVED);
  }

  @Test
  void holdThatIsTakenBackIsNoEnd() {
    for (var stage : new Release[] {Release.WANTED, Release.DONE})
      assertThat(Parting.of(held().released(7, stage).facts())).isEmpty();
  }

  @Test
  void heldButNotDurableMayNotGo() {
    assertThat(Parting.of(Situation.claimed().drained(1).trained(12).saved(12).holds(1).facts()))
        .isEmpty();
    assertThat(
            Parting.of(
                Situation.claimed()
                    .drained(1)
                    .trained(12)
                    .saved(12)
                    .holds(1)
                    .uploading(12)
                    .facts()))
        .isEmpty();
  }

  @Test
  void theEndOfTrainingMayGoOnceItIsDurable() {
    var end =
        Situation.claimed().trained(50).saved(50, new Claims(Optional.empty(), true)).finished();
    assertThat(Parting.of(end.facts())).isEmpty();

    assertThat(Parting.of(end.uploaded().facts())).contains(Parting.NOTHING_TO_SAVE);
  }

  @Test
  void aFencedPodMayGo() {
    assertThat(Parting.of(Situation.claimed().trained(12).judged(Standing.FENCED).facts()))
        .contains(Parting.FENCED);
  }

  @Test
  void aTrainerThatCannotSaveIsNotWaitedFor() {
    assertThat(
            Parting.of(Situation.claimed().drained(1).trained(12).couldNotSave(1, "full").facts()))
        .contains(Parting.CANNOT_SAVE);
  }

  /** Or a gang's pod would go before all ranks are asked for its last step. */
  @Test
  void aSaveWithoutAHoldThatFailedBeforeSaysNothingOfTheLastOne() {
    assertThat(
            Parting.of(
                Situation.claimed()
                    .asked(7, Optional.of(12L), false)
                    .trained(12)
                    .couldNotSave(7, "full")
                    .facts()))
        .isEmpty();
  }

  private static Situation held() {
    return Situation.claimed().askedToHold(7).trained(12).saved(12).holds(7).uploaded();
  }
}
