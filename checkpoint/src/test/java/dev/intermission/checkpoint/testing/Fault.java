package dev.intermission.checkpoint.testing;

import java.util.List;

/** What can go wrong with one call of the store. */
public enum Fault {
  /** The process dies before the call has any effect. */
  DIE_BEFORE,
  /** The call takes effect, then the process dies. */
  DIE_AFTER,
  /** The process dies while the request is on its way; it takes effect later. */
  DIE_IN_FLIGHT,
  /** The call takes effect, but its answer is lost: a time-out, or a 5xx of a proxy. */
  LOSE_ANSWER,
  /** The call has no effect, and nobody says so: a time-out, or a 5xx of the store. */
  LOSE_REQUEST,
  /** The answer is lost, and the request takes effect later: a slow store behind a time-out. */
  ARRIVE_LATE,
  /** The store says clearly no: credentials that expired. */
  DENY;

  static final List<Fault> ALL = List.of(values());
  static final List<Fault> OF_READS = List.of(DIE_BEFORE, LOSE_REQUEST, DENY);

  /** Whether the request outlives the call. */
  public boolean isLate() {
    return this == DIE_IN_FLIGHT || this == ARRIVE_LATE;
  }
}
