package dev.intermission.agent;

import dev.intermission.agent.config.AgentConfig;
import dev.intermission.agent.config.InvalidConfiguration;

/** The sidecar's process. */
public final class AgentMain {

  private AgentMain() {}

  /** Runs until SIGTERM; exit code 64 means that the environment cannot be used. */
  public static void main(String[] arguments) throws InterruptedException {
    try {
      AgentApp.start(AgentConfig.from(System.getenv())).runUntilTheEnd();
    } catch (InvalidConfiguration e) {
      System.err.println(e.getMessage());
      System.exit(64);
    }
  }
}
