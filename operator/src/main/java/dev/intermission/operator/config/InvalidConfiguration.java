package dev.intermission.operator.config;

import java.util.List;

/** The operator cannot start as it was deployed; the message lists everything that is wrong. */
public final class InvalidConfiguration extends RuntimeException {
  private final List<String> complaints;

  /** Joins {@code complaints}, one a line. */
  public InvalidConfiguration(List<String> complaints) {
    super(
        "The operator cannot start; mend its Deployment (with the chart: the values of the"
            + " release):\n"
            + "  - "
            + String.join("\n  - ", complaints));
    this.complaints = List.copyOf(complaints);
  }

  /** Each begins with the name of its variable. */
  public List<String> complaints() {
    return complaints;
  }
}
