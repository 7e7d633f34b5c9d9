package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.ManifestStatus;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.Problem;
import dev.intermission.api.v1alpha1.ResumeFrom;
import dev.intermission.api.v1alpha1.RollbackStatus;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.checkpoint.layout.Sha256;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.Rollback;
import dev.intermission.operator.plan.observation.Sought;
import dev.intermission.operator.plan.observation.Sought.Result;
import dev.intermission.operator.plan.observation.Storage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code spec.resumeFrom}: put on record when it changes, looked for, and applied by the seal that
 * begins the next run, once. It may stay in a manifest for ever and means nothing any more [2].
 *
 * <p>Invariant: while one is wanted and not applied, no run begins from anything else.
 */
final class StartingPoint {

  /** Between two looks for a checkpoint that cannot be used: somebody may mend it. */
  private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

  private static final int SUM_DIGITS = 16;

  private StartingPoint() {}

  /** Brings what is on record in line with what is wanted, and looks for what that means. */
  static void plan(Pass pass, Draft draft) {
    note(pass, draft);
    seek(pass.after(draft), draft);
  }

  private static void note(Pass pass, Draft draft) {
    var wish = pass.spec().resumeFrom();
    var known = pass.status().resumeFrom();
    if (wish.isEmpty()) {
      if (known.isPresent()) draft.record(pass.status().withoutResumeFrom());
      return;
    }
    if (known.filter(old -> old.resumeFrom().equals(wish.get())).isPresent()) return;
    if (pass.run() == 0 && pass.seen().storage().head().isEmpty()) {
      draft.store(pass, new Action.ReadHead()); // status may be lost: HEAD knows what was applied
      return;
    }
    draft.record(pass.status().withResumeFrom(fresh(pass, wish.get())));
  }

  /** A lost status must not apply it again: HEAD still has the id of the one that it applied. */
  private static RollbackStatus fresh(Pass pass, ResumeFrom wish) {
    var generation = pass.seen().subject().generation();
    var applied =
        pass.head().rolledBack().filter(_ -> pass.run() == 0).filter(id -> isOf(wish, id));
    return new RollbackStatus(
        applied.orElse(sum(wish) + "-" + generation),
        generation,
        wish,
        Optional.empty(),
        Optional.empty(),
        applied.map(_ -> pass.head().run()));
  }

  private static void seek(Pass pass, Draft draft) {
    var wish = wanted(pass).filter(pending -> pending.checkpoint().isEmpty());
    if (wish.isEmpty() || pass.status().phase() == Phase.SUCCEEDED) return;
    if (pass.seen().storage().head().isEmpty()) {
      draft.store(pass, new Action.ReadHead()); // it may be applied already
      return;
    }
    var look =
        new Action.SeekCheckpoint(
            wish.get().id(),
            wish.get().resumeFrom(),
            new Action.SeekCheckpoint.Demand(CheckpointWatch.mode(pass), pass.spec().workers()),
            pass.snapshot(),
            pass.nextRun());
    var sought = sought(pass, wish.get());
    switch (sought.map(found -> found.result().value()).orElse(null)) {
      case null -> draft.store(pass, look);
      case Result.Found(var checkpoint, var origin) -> {
        var found = wish.get().withCheckpoint(NextRun.pointer(checkpoint), origin);
        draft.record(pass.status().withResumeFrom(found));
        origin.ifPresent(
            from -> draft.act(new Action.ReleaseOrigin(wish.get().resumeFrom(), from)));
      }
      case Result.Refused _ -> {
        var again = sought.get().result().at().plus(LOOK_AGAIN);
        if (pass.now().isBefore(again)) draft.wake(again);
        else draft.store(pass, look);
      }
    }
  }

  /** What is wanted and, as far as is known, not applied. */
  static Optional<RollbackStatus> wanted(Pass pass) {
    return pass.status()
        .resumeFrom()
        .filter(wish -> wish.appliedInRun().isEmpty())
        .filter(wish -> !pass.head().rolledBack().equals(Optional.of(wish.id())));
  }

  /** For the next seal; absent when nothing is wanted, or while it cannot be done. */
  static Optional<Rollback> rollback(Pass pass) {
    return wanted(pass)
        .filter(_ -> problem(pass).isEmpty())
        .flatMap(wish -> wish.checkpoint().map(to -> new Rollback(wish.id(), ref(to))));
  }

  /** Whether a run would begin from something else than what is wanted. */
  static boolean awaited(Pass pass) {
    return wanted(pass).isPresent() && rollback(pass).isEmpty();
  }

  /** Why what is wanted cannot be used. */
  static Optional<Problem> problem(Pass pass) {
    var wish = wanted(pass);
    var refused =
        wish.flatMap(pending -> sought(pass, pending))
            .map(found -> found.result().value())
            .flatMap(StartingPoint::refusal);
    return refused.or(
        () ->
            wish.flatMap(RollbackStatus::checkpoint)
                .map(StartingPoint::ref)
                .filter(target -> Damage.found(pass, target))
                .map(StartingPoint::damaged));
  }

  /** The status of a run that begins now: whether HEAD applied the wish on its way. */
  static TrainingJobStatus applied(Pass pass, TrainingJobStatus status) {
    return status
        .resumeFrom()
        .filter(wish -> isAppliedNow(pass, wish))
        .map(wish -> status.withResumeFrom(wish.withAppliedInRun(pass.head().run())))
        .orElse(status);
  }

  /** Whether the run that begins now is the one that the wish made. */
  static boolean isAppliedNow(Pass pass) {
    return pass.status().resumeFrom().filter(wish -> isAppliedNow(pass, wish)).isPresent();
  }

  private static boolean isAppliedNow(Pass pass, RollbackStatus wish) {
    return wish.appliedInRun().isEmpty() && pass.head().rolledBack().equals(Optional.of(wish.id()));
  }

  private static Optional<Sought> sought(Pass pass, RollbackStatus wish) {
    return pass.seen().storage().sought().filter(found -> found.wish().equals(wish.id()));
  }

  private static Optional<Problem> refusal(Result result) {
    return switch (result) {
      case Result.Found _ -> Optional.empty();
      case Result.Refused(var why) -> Optional.of(new Problem(why.reason(), why.message()));
    };
  }

  private static Problem damaged(ManifestRef target) {
    return new Problem(
        Storage.Check.QUARANTINED,
        "spec.resumeFrom: checkpoint "
            + target.step()
            + " was found damaged since, and nothing resumes from it. Name another step, or take"
            + " spec.resumeFrom out to go on from the newest checkpoint.");
  }

  private static ManifestRef ref(ManifestStatus pointer) {
    return new ManifestRef(pointer.manifest(), pointer.manifestSha256(), pointer.step());
  }

  private static boolean isOf(ResumeFrom wish, String id) {
    return id.startsWith(sum(wish) + "-");
  }

  private static String sum(ResumeFrom wish) {
    var text = "step=" + wish.step() + " job=" + wish.job() + " uri=" + wish.uri();
    return Sha256.hex(text.getBytes(StandardCharsets.UTF_8)).substring(0, SUM_DIGITS);
  }
}
