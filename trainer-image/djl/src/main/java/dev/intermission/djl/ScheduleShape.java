package dev.intermission.djl;

import dev.intermission.djl.learn.ConstantSchedule;
import dev.intermission.djl.learn.CosineSchedule;
import dev.intermission.djl.learn.LinearSchedule;
import dev.intermission.djl.program.Schedule;
import java.util.Locale;

/** The schedules that can be chosen by name. */
enum ScheduleShape {
  COSINE,
  LINEAR,
  CONSTANT;

  Schedule of(float peak, long warmUpSteps, long totalSteps) {
    return switch (this) {
      case COSINE -> new CosineSchedule(peak, warmUpSteps, totalSteps);
      case LINEAR -> new LinearSchedule(peak, warmUpSteps, totalSteps);
      case CONSTANT -> new ConstantSchedule(peak, warmUpSteps, totalSteps);
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
