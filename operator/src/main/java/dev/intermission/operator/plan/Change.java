package dev.intermission.operator.plan;

/**
 * A change of spec that a run cannot follow while it trains: the run saves and ends as for a pause,
 * and the next one begins with the change. A wish that cannot be fulfilled disturbs no run.
 */
final class Change {

  private Change() {}

  /** Whether the newest run has to make room for one that begins otherwise. */
  static boolean due(Pass pass) {
    var over = pass.run() == 0 || pass.runEnded() || pass.sealed();
    return !over && StartingPoint.rollback(pass).isPresent();
  }
}
