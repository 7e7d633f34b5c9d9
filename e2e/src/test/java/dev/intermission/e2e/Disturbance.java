package dev.intermission.e2e;

import java.util.Arrays;
import java.util.Random;

/** What may happen to a job that trains, and how often compared to the others. */
enum Disturbance {
  PAUSE(6),
  PAUSE_WITHDRAWN_AT_ONCE(3),
  PAUSE_AND_OPERATOR_KILLED(3),
  PAUSE_WHILE_THE_STORE_HANGS(2),
  PAUSE_WHILE_THE_STORE_IS_GONE(2),
  PAUSE_WHILE_THE_STORE_IS_SLOW(2),
  PAUSE_WHILE_A_NODE_HANGS(1),
  STORE_GONE(2),
  STORE_SLOW(1),
  OPERATOR_KILLED(2),
  AGENT_KILLED(3),
  TRAINER_KILLED(3),
  POD_EVICTED(4),
  POD_DELETED(2),
  CHILD_JOB_DELETED(2),
  NODE_ANNOUNCES_ITS_END(2),
  NODE_LOST(1);

  private final int weight;

  Disturbance(int weight) {
    this.weight = weight;
  }

  static Disturbance any(Random random) {
    var at = random.nextInt(Arrays.stream(values()).mapToInt(kind -> kind.weight).sum());
    for (var kind : values()) {
      at -= kind.weight;
      if (at < 0) return kind;
    }
    throw new AssertionError("the weights do not add up");
  }
}
