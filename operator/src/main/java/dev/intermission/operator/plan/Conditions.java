package dev.intermission.operator.plan;

import static dev.intermission.api.v1alpha1.ConditionStatus.FALSE;
import static dev.intermission.api.v1alpha1.ConditionStatus.TRUE;

import dev.intermission.api.v1alpha1.Condition;
import dev.intermission.api.v1alpha1.ConditionStatus;
import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.api.v1alpha1.ManifestStatus;
import dev.intermission.api.v1alpha1.PauseStatus;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.Problem;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.operator.plan.observation.TemplateCheck.Verdict;
import dev.intermission.operator.plan.observation.Worker;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Derives every verdict from the status and what was seen. What this process has not seen yet keeps
 * its last verdict; nothing is guessed.
 */
final class Conditions {

  /** Nothing is wrong: a fresh job has no checkpoint. */
  static final String NOTHING_SAVED_YET = "NothingSavedYet";

  static final String PAUSING = "Pausing";

  static final String NO_NEW_CHECKPOINT = "NoNewCheckpoint";

  static final String HELD_IN_PLACE = "HeldInPlace";

  static final String NOT_PAUSED = "NotPaused";

  /** Phases of which a template that is refused disturbs no trainer. */
  private static final Set<Phase> GO_ON = EnumSet.of(Phase.RUNNING, Phase.HELD);

  /** Phases that lead to another one by themselves. */
  private static final Set<Phase> UNDER_WAY =
      EnumSet.of(Phase.PENDING, Phase.STARTING, Phase.PAUSING, Phase.RECOVERING);

  private Conditions() {}

  static TrainingJobStatus of(Pass pass) {
    var status = pass.status().withObservedGeneration(pass.seen().subject().generation());
    var verdicts = new ArrayList<Finding>();
    storage(pass).ifPresent(verdicts::add);
    template(pass).ifPresent(verdicts::add);
    checkpoint(pass).ifPresent(verdicts::add);
    resume(pass).ifPresent(verdicts::add);
    StartingPointReport.of(pass).ifPresent(verdicts::add);
    GraceReport.of(pass).ifPresent(verdicts::add);
    verdicts.add(Readiness.of(pass));
    verdicts.addAll(pause(pass));
    verdicts.addAll(ends(pass));
    for (var verdict : verdicts) {
      status =
          status.withCondition(
              new Condition(
                  verdict.type(),
                  verdict.status(),
                  verdict.reason(),
                  verdict.message(),
                  Optional.of(pass.seen().subject().generation()),
                  pass.now()));
    }
    return status;
  }

  /** Whether a Ready=False of this reason waits for somebody to mend something. */
  static boolean needsAPerson(String reason) {
    return Trouble.REASONS.contains(reason);
  }

  private static Optional<Finding> storage(Pass pass) {
    var type = ConditionType.STORAGE_READY;
    if (pass.seen().storage().problem().isPresent()) {
      var problem = pass.seen().storage().problem().get().value();
      return Optional.of(new Finding(type, FALSE, problem.reason(), problem.message()));
    }
    if (pass.headMissing())
      return Optional.of(new Finding(type, FALSE, "HeadMissing", missing(pass)));
    return pass.seen()
        .storage()
        .head()
        .map(_ -> new Finding(type, TRUE, "Usable", "The store answers and admits us."));
  }

  /** What to do about a HEAD that is not there. */
  static String missing(Pass pass) {
    return "There is no HEAD under "
        + pass.seen().subject().store()
        + " although this job has run or has checkpoints there. No run is started, so nothing"
        + " begins at zero by mistake. Restore the bucket, or mend spec.checkpoint.storage.s3.";
  }

  private static Optional<Finding> template(Pass pass) {
    var type = ConditionType.TEMPLATE_ACCEPTED;
    return pass.seen()
        .template()
        .verdict()
        .map(
            verdict ->
                switch (verdict) {
                  case Verdict.Accepted _ ->
                      new Finding(
                          type,
                          TRUE,
                          "Accepted",
                          "The API server takes the pods that spec.template describes.");
                  case Verdict.Refused(var reason, var message) ->
                      new Finding(type, FALSE, reason, message);
                  case Verdict.Undecided(var reason, var message) ->
                      new Finding(type, ConditionStatus.UNKNOWN, reason, message.value());
                });
  }

  private static Optional<Finding> checkpoint(Pass pass) {
    var type = ConditionType.CHECKPOINT_VERIFIED;
    var damaged = DamageReport.of(pass);
    if (damaged.isPresent()) return damaged;
    if (DamageReport.stands(pass)) return Optional.empty(); // what was said is still true
    var known = pass.status().checkpoint();
    if (known.isPresent()) {
      return Optional.of(
          new Finding(
              type,
              TRUE,
              "Verified",
              "Checkpoint %d: %d objects verified in the store."
                  .formatted(known.get().step(), known.get().objects())));
    }
    var empty = pass.seen().storage().head().isPresent() && pass.head().manifest().isEmpty();
    return empty
        ? Optional.of(
            new Finding(type, FALSE, NOTHING_SAVED_YET, "No checkpoint was committed yet."))
        : Optional.empty();
  }

  private static Optional<Finding> resume(Pass pass) {
    var type = ConditionType.RESUME_PROVEN;
    var resume = pass.status().resume();
    var from = pass.status().run().flatMap(run -> run.resumedFrom()).map(ManifestStatus::step);
    if (resume.isEmpty() || from.isEmpty()) return Optional.empty();
    if (resume.get().firstStep().isEmpty() && pass.watched()) {
      return Optional.of(
          new Finding(
              type,
              ConditionStatus.UNKNOWN,
              "FirstStepNotTold",
              "Checkpoint "
                  + from.get()
                  + " lay where the script looks for it; a script does not tell the step that it"
                  + " goes on with."));
    }
    if (resume.get().firstStep().isEmpty()) {
      return Optional.of(
          new Finding(
              type,
              ConditionStatus.UNKNOWN,
              "WaitingForFirstStep",
              "No step was reported since the resume from " + from.get() + "."));
    }
    var first = resume.get().firstStep().get();
    var expected = resume.get().fromStep() + 1;
    if (first < expected) {
      return Optional.of(
          new Finding(
              type,
              FALSE,
              "SilentRestart",
              "The first step was "
                  + first
                  + " and not "
                  + expected
                  + ": the trainer did not use its checkpoint."));
    }
    if (first > expected) {
      return Optional.of(
          new Finding(
              type,
              FALSE,
              "StepsSkipped",
              "The first step was "
                  + first
                  + " and not "
                  + expected
                  + ": the trainer skipped steps."));
    }
    var exact = resume.get().exact();
    var isExact = exact.filter("exact"::equals).isPresent();
    var detail =
        isExact
            ? "bit by bit"
            : exact
                .map(why -> "perhaps not bit by bit: " + why)
                .orElse("the trainer does not say whether bit by bit");
    return Optional.of(
        new Finding(
            type,
            TRUE,
            isExact ? "Exact" : "Continued",
            "Continued with step " + first + ", " + detail + "."));
  }

  private static List<Finding> pause(Pass pass) {
    var status = pass.status();
    if (status.phase() == Phase.PAUSED) return paused(pass);
    if (status.phase() == Phase.HELD) return held(pass);
    var problem = status.pause().flatMap(PauseStatus::problem);
    if (status.phase() == Phase.PAUSING) {
      var message = problem.map(Problem::message).orElse("Saving, verifying and then releasing.");
      return computing(
          pass,
          new Finding(
              ConditionType.PAUSED, FALSE, problem.map(Problem::reason).orElse(PAUSING), message));
    }
    var retry =
        status.pause().filter(pause -> pause.retryAt().isPresent()).flatMap(PauseStatus::problem);
    return computing(
        pass,
        new Finding(
            ConditionType.PAUSED,
            FALSE,
            retry.map(Problem::reason).orElse(NOT_PAUSED),
            retry.map(Problem::message).orElse("")));
  }

  /** What was said of the last pause must not be said on while pods compute. */
  private static List<Finding> computing(Pass pass, Finding paused) {
    return pass.status().condition(ConditionType.COMPUTE_RELEASED).isPresent()
        ? List.of(paused, new Finding(ConditionType.COMPUTE_RELEASED, FALSE, NOT_PAUSED, ""))
        : List.of(paused);
  }

  private static List<Finding> paused(Pass pass) {
    var step =
        pass.status()
            .pause()
            .flatMap(PauseStatus::receipt)
            .map(receipt -> "Paused after step " + receipt.step() + ", verified and released.");
    return List.of(
        new Finding(
            ConditionType.PAUSED,
            TRUE,
            step.isPresent() ? "Verified" : "NothingToSave",
            step.orElse("Paused before anything was saved.")),
        released(pass));
  }

  private static Finding released(Pass pass) {
    var type = ConditionType.COMPUTE_RELEASED;
    if (Release.released(pass))
      return new Finding(type, TRUE, "PodsGone", "No pod of this job holds compute.");
    return pass.seen().cluster().workers().stream()
        .filter(worker -> !worker.unreachable() && StaleRuns.willNotEnd(pass, worker))
        .findFirst()
        .map(worker -> new Finding(type, FALSE, "PodWillNotEnd", lingers(worker)))
        .orElseGet(
            () ->
                new Finding(
                    type,
                    FALSE,
                    "NodeUnreachable",
                    "A pod is on a node that does not answer. It can commit nothing; remove the"
                        + " Node when it is really gone."));
  }

  private static String lingers(Worker worker) {
    return "Pod "
        + worker.id().podName()
        + " does not end, though its grace is over: a process that no signal kills, or a volume"
        + " that cannot be unmounted. It can commit nothing. Look at its node; kubectl delete pod "
        + worker.id().podName()
        + " --force gives up on it.";
  }

  /** Paused, but not released: who waits for compute must not take one for the other. */
  private static List<Finding> held(Pass pass) {
    var said = Held.message(pass);
    return List.of(
        new Finding(ConditionType.PAUSED, TRUE, HELD_IN_PLACE, said),
        new Finding(ConditionType.COMPUTE_RELEASED, FALSE, HELD_IN_PLACE, said));
  }

  private static List<Finding> ends(Pass pass) {
    var phase = pass.status().phase();
    var last = pass.status().recovery().lastEnd().map(Problem::message).orElse("");
    var stalled = stalled(pass, last);
    return List.of(
        stalled,
        reconciling(pass, stalled),
        new Finding(
            ConditionType.SUCCEEDED,
            phase == Phase.SUCCEEDED ? TRUE : FALSE,
            phase == Phase.SUCCEEDED ? "Finished" : "NotFinished",
            phase == Phase.SUCCEEDED ? success(pass) : ""),
        failed(pass, last));
  }

  private static String success(Pass pass) {
    if (!pass.watched()) return "The final checkpoint is verified.";
    return pass.status().checkpoint().isPresent()
        ? "The script ended with exit code 0; its newest checkpoint is verified."
        : "The script ended with exit code 0; it left no checkpoint.";
  }

  private static Finding failed(Pass pass, String last) {
    var type = ConditionType.FAILED;
    if (pass.status().phase() != Phase.FAILED) return new Finding(type, FALSE, "NotFailed", "");
    if (Lifespan.ended(pass)) return new Finding(type, TRUE, Lifespan.DEADLINE_EXCEEDED, last);
    return new Finding(
        type,
        TRUE,
        "RestartLimit",
        "More failures in a row than spec.restarts.limit; mend spec.template or raise the limit to"
            + " go on. The last: "
            + last);
  }

  /**
   * Whether waiting alone brings nothing: what Flux, Argo CD and everybody else who reads kstatus
   * takes for a failure, while a Ready=False beside it means that something is under way.
   */
  private static Finding stalled(Pass pass, String last) {
    var type = ConditionType.STALLED;
    if (pass.status().phase() == Phase.FAILED)
      return new Finding(type, TRUE, "Failed", "Failed for good until it is mended; see Failed.");
    if (pass.seen().template().verdict().orElse(null) instanceof Verdict.Refused(var reason, _)
        && !GO_ON.contains(pass.status().phase()))
      return new Finding(type, TRUE, reason, "No run can begin; see TemplateAccepted.");
    if (pass.status().recovery().runsWithoutProgress() >= Recovery.FRUITLESS_RUNS)
      return new Finding(
          type,
          TRUE,
          NO_NEW_CHECKPOINT,
          Recovery.FRUITLESS_RUNS
              + " runs in a row ended without a newer checkpoint; trying again every 10"
              + " minutes. The last: "
              + last);
    return new Finding(type, FALSE, "Progressing", "");
  }

  /** Whether the job is on its way to what is wanted; a kstatus word, as {@link #stalled} is. */
  private static Finding reconciling(Pass pass, Finding stalled) {
    var phase = pass.status().phase();
    var under = UNDER_WAY.contains(phase) && stalled.status() == FALSE;
    return new Finding(
        ConditionType.RECONCILING,
        under ? TRUE : FALSE,
        under ? "UnderWay" : "Settled",
        under ? "On its way; see Ready." : "");
  }

  /** One verdict before time and generation are added. */
  record Finding(ConditionType type, ConditionStatus status, String reason, String message) {}
}
