package dev.intermission.agent.config;

import dev.intermission.control.TrustedKeys;

/**
 * How the agent is spoken to.
 *
 * @param port of its HTTP server; 0 takes a free one
 * @param keys of the operator
 * @param drainToken that the trainer's preStop hook sends
 */
public record Channel(int port, TrustedKeys keys, String drainToken) {

  /** Never the token. */
  @Override
  public String toString() {
    return "Channel[" + port + ", keys " + keys.byId().keySet() + "]";
  }
}
