package dev.intermission.operator.agents;

import dev.intermission.control.Problem;

/** An agent gave no answer that can be used. Asking again is always right. */
public final class AgentCallFailed extends RuntimeException {
  private final Problem problem;

  AgentCallFailed(Problem problem) {
    super(problem.reason() + ": " + problem.message());
    this.problem = problem;
  }

  /** Names pod and remedy. */
  public Problem problem() {
    return problem;
  }
}
