package dev.intermission.djl.learn;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.intermission.djl.program.Schedule;

/** The learning rate: rises linearly to {@code peak} during the warm-up and stays there. */
public record ConstantSchedule(float peak, long warmUpSteps, long totalSteps) implements Schedule {

  public ConstantSchedule {
    WarmUp.check(peak, warmUpSteps, totalSteps);
  }

  @Override
  public float after(long step) {
    if (step < warmUpSteps) return WarmUp.rate(peak, warmUpSteps, step);
    return peak;
  }

  /** Tells it from the cosine in a checkpoint, which came first and has no kind. */
  @JsonProperty
  public String kind() {
    return "constant";
  }
}
