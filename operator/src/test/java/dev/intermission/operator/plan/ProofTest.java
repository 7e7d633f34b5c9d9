package dev.intermission.operator.plan;

import static dev.intermission.operator.plan.Scene.pausing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.PauseStatus;
import dev.intermission.api.v1alpha1.Receipt;
import dev.intermission.api.v1alpha1.Verification;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.control.SaveState;
import org.junit.jupiter.api.Test;

/** How closely a checkpoint is looked at before compute is released for it [30]. */
class ProofTest {

  @Test
  void lengthsAreEnoughOnlyWhereTheJobSaysSo() {
    var saved = pausing().commitsUnseen(1250).answers(SaveState.HELD);
    assertThat(looks(saved)).isEqualTo(Mode.ATTESTED);

    assertThat(looks(saved.lengthsAreEnough())).isEqualTo(Mode.LENGTH_ONLY);
  }

  @Test
  void receiptSaysWhatItRestsOn() {
    var saved = pausing().commits(1250, false).answers(SaveState.HELD);
    assertThat(receipt(saved).verification()).isEqualTo(Verification.ATTESTED);

    var byLength = pausing().lengthsAreEnough().commits(1250, false).verifiedBy(Mode.LENGTH_ONLY);
    assertThat(receipt(byLength.answers(SaveState.HELD)).verification())
        .isEqualTo(Verification.LENGTH_ONLY);
  }

  @Test
  void whatOnlyItsLengthsVouchForIsLookedAtAgainWhereThatIsNotEnough() {
    var saved = pausing().commits(1250, false).verifiedBy(Mode.LENGTH_ONLY).answers(SaveState.HELD);

    assertThat(looks(saved)).isEqualTo(Mode.ATTESTED);
    assertThat(saved.plan().status().pause().flatMap(PauseStatus::receipt)).isEmpty();
  }

  private static Mode looks(Scene scene) {
    return scene.plan().actions().stream()
        .filter(Action.VerifyCheckpoint.class::isInstance)
        .map(action -> ((Action.VerifyCheckpoint) action).mode())
        .findFirst()
        .orElseThrow();
  }

  private static Receipt receipt(Scene scene) {
    return scene.plan().status().pause().flatMap(PauseStatus::receipt).orElseThrow();
  }
}
