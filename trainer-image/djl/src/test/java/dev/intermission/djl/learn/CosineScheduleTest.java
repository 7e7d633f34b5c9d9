package dev.intermission.djl.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CosineScheduleTest {

  private final CosineSchedule schedule = new CosineSchedule(0.1f, 10, 110);

  @Test
  void risesLinearlyThenFallsAlongACosine() {
    assertThat(schedule.after(0)).isCloseTo(0.01f, Offset.offset(1e-7f));
    assertThat(schedule.after(9)).isCloseTo(0.1f, Offset.offset(1e-7f));
    assertThat(schedule.after(10)).isEqualTo(0.1f);
    assertThat(schedule.after(60)).isCloseTo(0.05f, Offset.offset(1e-7f));
    assertThat(schedule.after(110)).isZero();
  }

  @Test
  void staysAtZeroPastItsEnd() {
    assertThat(schedule.after(500)).isZero();
  }

  @Test
  void withoutAWarmUpItBeginsAtThePeak() {
    assertThat(new CosineSchedule(0.1f, 0, 100).after(0)).isEqualTo(0.1f);
  }

  @Test
  void aWarmUpAsLongAsTrainingEndsAtThePeak() {
    assertThat(new CosineSchedule(0.1f, 100, 100).after(100)).isEqualTo(0.1f);
    assertThat(new LinearSchedule(0.1f, 100, 100).after(100)).isEqualTo(0.1f);
  }

  @Test
  void aRateOfZeroIsRefusedByTheNameOfItsFlag() {
    assertThatThrownBy(() -> new CosineSchedule(0, 0, 100)).hasMessageContaining("--learning-rate");
  }

  @Test
  void theOtherSchedulesWarmUpAlikeAndThenFallLinearlyOrStay() {
    var linear = new LinearSchedule(0.1f, 10, 110);
    var constant = new ConstantSchedule(0.1f, 10, 110);
    for (var step = 0; step < 10; step++) {
      assertThat(linear.after(step)).isEqualTo(schedule.after(step));
      assertThat(constant.after(step)).isEqualTo(schedule.after(step));
    }
    assertThat(linear.after(60)).isCloseTo(0.05f, Offset.offset(1e-7f));
    assertThat(linear.after(110)).isZero();
    assertThat(linear.after(500)).isZero();
    assertThat(constant.after(110)).isEqualTo(0.1f);
  }
}
