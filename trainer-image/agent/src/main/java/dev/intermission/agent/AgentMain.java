package dev.intermission.agent;

import dev.intermission.agent.config.AgentConfig;
import dev.intermission.agent.config.InvalidConfiguration;
import dev.intermission.agent.script.Kernel;
import dev.intermission.control.AgentEnvironment;

/** The sidecar's process. */
public final class AgentMain {

  private AgentMain() {}

  /** Runs until SIGTERM; exit code 64 means that the environment cannot be used. */
  public static void main(String[] arguments) throws InterruptedException {
    // Before anything else: with a signal for the script its processes see ours
    if (System.getenv(AgentEnvironment.PAUSE_SIGNAL) != null) Kernel.hideFromOthers();
    try {
      AgentApp.start(AgentConfig.from(System.getenv())).runUntilTheEnd();
    } catch (InvalidConfiguration e) {
      System.err.println(e.getMessage());
      System.exit(64);
    }
  }
}
