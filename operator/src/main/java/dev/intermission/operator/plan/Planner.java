package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.TrainingJobSpec;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.operator.plan.observation.Observation;
import java.time.Instant;

/**
 * Decides, from what is wanted and what is seen, what is true now and what to do next. Pure: equal
 * arguments give equal plans, and planning again from the plan's own status with the same
 * observation changes nothing.
 */
public final class Planner {

  /**
   * Phases that one pass may go through; more is a loop between two policies, which a test must
   * find and not a GPU.
   */
  private static final int LONGEST_CHAIN = 8;

  private final Pace pace;

  public Planner(Pace pace) {
    this.pace = pace;
  }

  /**
   * The plan for this moment. Transitions that need nothing from outside happen in one pass, since
   * all of them are recorded before anything is done.
   *
   * @throws IllegalStateException two policies contradict each other; names the phase
   */
  public Plan plan(TrainingJobSpec spec, TrainingJobStatus status, Observation seen, Instant now) {
    var draft = new Draft(Clocks.agree(status, now), now);
    var first = new Pass(spec, draft.status(), seen, now, pace);
    var lifetime = seen.subject().lifetime();
    if (lifetime.deletedAt().isPresent()) {
      Purging.plan(first, draft);
      return draft.plan();
    }
    Purging.prepare(first, draft);
    StartingPoint.plan(first.after(draft), draft);
    var steps = 0;
    while (changes(first.after(draft), draft)) {
      if (++steps > LONGEST_CHAIN) {
        throw new IllegalStateException(
            "the plan for "
                + seen.subject().job().display()
                + " does not settle: "
                + draft.status().phase());
      }
    }
    Lifespan.plan(first.after(draft), draft);
    var pass = first.after(draft);
    StaleRuns.plan(pass, draft);
    CheckpointWatch.plan(pass, draft);
    Sweeping.plan(pass.after(draft), draft);
    ResumeProof.plan(pass, draft);
    draft.record(Conditions.of(pass.after(draft)));
    ProgressReport.plan(pass.after(draft), status, draft);
    Announcements.plan(status, draft);
    return draft.plan();
  }

  private static boolean changes(Pass pass, Draft draft) {
    var before = pass.status();
    switch (before.phase()) {
      case PENDING -> Beginning.plan(pass, draft);
      case STARTING, RUNNING -> Training.plan(pass, draft);
      case PAUSING -> Pausing.plan(pass, draft);
      case HELD -> Held.plan(pass, draft);
      case PAUSED -> Paused.plan(pass, draft);
      case RECOVERING -> Recovery.plan(pass, draft);
      case SUCCEEDED -> Finish.plan(pass, draft);
      case FAILED -> Recovery.mend(pass, draft);
    }
    return !draft.status().equals(before);
  }
}
