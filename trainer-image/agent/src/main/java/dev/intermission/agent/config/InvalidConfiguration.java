package dev.intermission.agent.config;

import java.util.List;

/**
 * The environment cannot be used; the message lists every bad variable, so that one look mends all.
 */
public final class InvalidConfiguration extends RuntimeException {

  InvalidConfiguration(List<String> problems) {
    super(
        "The agent's environment cannot be used; nothing was started. The operator writes these"
            + " variables:\n"
            + "  - "
            + String.join("\n  - ", problems));
  }
}
