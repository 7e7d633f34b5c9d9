package dev.intermission.operator.record;

/** What became of a plan's status. */
public enum Outcome {
  /** It is what the API server has. Act. */
  RECORDED,
  /** The job is not what it was when the plan was made: forget the plan, observe again. */
  OUTDATED,
  /** The job is gone: forget the plan. */
  GONE
}
