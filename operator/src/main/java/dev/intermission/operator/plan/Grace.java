package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.ConditionStatus;
import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.api.v1alpha1.GraceStatus;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.control.AgentStatus;
import dev.intermission.control.SavedManifest;
import dev.intermission.operator.plan.Conditions.Finding;
import dev.intermission.operator.plan.observation.Worker;
import dev.intermission.operator.plan.observation.Worker.Spot;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * How long the pods of a run get to save when they are taken away: what the template says, and more
 * where the newest saves took longer than that allows. Decided with the run and on record before
 * its Job is made, so that whoever makes it again makes the same.
 */
final class Grace {

  /** A node that drains saves all its pods at once, and a store has slow hours. */
  private static final int MARGIN = 2;

  /** The trainer reaches its next step boundary first, and ends by itself afterwards. */
  private static final long REST_SECONDS = 30;

  /** What the agent leaves of the grace to the trainer's end. */
  private static final Duration KEPT_BACK = Duration.ofSeconds(5);

  private Grace() {}

  /** For the run that begins now. */
  static GraceStatus next(Pass pass) {
    var known = known(pass.status());
    return known.withSeconds(seconds(pass, known.longestMillis()));
  }

  /** Of the newest run on record, for its Job. */
  static Duration of(Pass pass) {
    return Duration.ofSeconds(
        pass.status().run().flatMap(RunStatus::grace).map(GraceStatus::seconds).orElse(0L));
  }

  /** {@code status}, with what is known of the save of this manifest, once for each. */
  static TrainingJobStatus measured(
      Pass pass, TrainingJobStatus status, ManifestRef manifest, Optional<Duration> asked) {
    var run = status.run();
    if (run.isEmpty() || known(status).measured().equals(Optional.of(manifest.sha256())))
      return status;
    var took =
        LongStream.concat(uploads(pass, manifest), asked.stream().mapToLong(Duration::toMillis))
            .max();
    if (took.isEmpty()) return status;
    var next = known(status).withSave(manifest.sha256(), Math.max(0, took.getAsLong()));
    return status.withRun(run.get().withGrace(next));
  }

  /** Whether a pod that is taken away has the time to save; absent before anything is known. */
  static Optional<Finding> verdict(Pass pass) {
    var grace = pass.status().run().flatMap(RunStatus::grace);
    if (grace.isEmpty() || grace.get().savesMillis().isEmpty() || pass.workers().isEmpty())
      return Optional.empty();
    var longest = Duration.ofMillis(grace.get().longestMillis());
    var given = Duration.ofSeconds(grace.get().seconds());
    if (longest.plus(KEPT_BACK).compareTo(given) > 0)
      return Optional.of(tooShort(pass, longest, given));
    return shortestNotice(pass)
        .filter(worker -> longest.compareTo(notice(worker)) > 0)
        .map(worker -> noticeTooShort(worker, longest))
        .or(() -> Optional.of(enough(longest, given)));
  }

  private static GraceStatus known(TrainingJobStatus status) {
    return status
        .run()
        .flatMap(RunStatus::grace)
        .orElseGet(() -> GraceStatus.of(GraceStatus.DEFAULT_SECONDS));
  }

  private static long seconds(Pass pass, long longestMillis) {
    var written =
        Optional.ofNullable(pass.spec().template().getSpec())
            .map(pod -> pod.getTerminationGracePeriodSeconds())
            .orElse(GraceStatus.DEFAULT_SECONDS);
    if (longestMillis == 0) return written;
    return Math.max(written, MARGIN * Math.ceilDiv(longestMillis, 1000L) + REST_SECONDS);
  }

  /** What the agents say of this very save. */
  private static LongStream uploads(Pass pass, ManifestRef manifest) {
    return pass.workers().stream()
        .flatMap(worker -> pass.agent(worker).stream())
        .filter(agent -> names(agent, manifest))
        .flatMap(agent -> agent.lastSaveMillis().stream())
        .mapToLong(Long::longValue);
  }

  private static boolean names(AgentStatus agent, ManifestRef manifest) {
    return agent.newestDurable().map(SavedManifest::name).equals(Optional.of(manifest.name()));
  }

  private static Optional<Worker> shortestNotice(Pass pass) {
    return pass.workers().stream()
        .filter(worker -> spot(worker).isPresent())
        .min(Comparator.comparing(Grace::notice));
  }

  private static Optional<Spot> spot(Worker worker) {
    return worker.node().flatMap(Worker.Node::spot);
  }

  private static Duration notice(Worker worker) {
    return spot(worker).orElseThrow().notice();
  }

  private static Finding tooShort(Pass pass, Duration longest, Duration given) {
    return new Finding(
        ConditionType.SAVES_IN_TIME,
        ConditionStatus.FALSE,
        "GraceTooShort",
        "Saves took up to "
            + text(longest)
            + ", and the pods of run "
            + pass.run()
            + " get "
            + text(given)
            + " when they are taken away, which may cost the steps since the newest checkpoint. The"
            + " next run's get "
            + seconds(pass, longest.toMillis())
            + " s; a pause and a resume begin it.");
  }

  private static Finding noticeTooShort(Worker worker, Duration longest) {
    return new Finding(
        ConditionType.SAVES_IN_TIME,
        ConditionStatus.FALSE,
        "NoticeTooShort",
        "Saves took up to "
            + text(longest)
            + ", and spot node "
            + worker.node().orElseThrow().name()
            + " ("
            + spot(worker).orElseThrow().provider()
            + ") gives its pods "
            + text(notice(worker))
            + " before it goes, which may cost the steps since the newest checkpoint. Set a smaller"
            + " spec.checkpoint.every, or keep the job off spot nodes.");
  }

  private static Finding enough(Duration longest, Duration given) {
    return new Finding(
        ConditionType.SAVES_IN_TIME,
        ConditionStatus.TRUE,
        "Enough",
        "The newest saves took up to "
            + text(longest)
            + "; a pod that is taken away gets "
            + text(given)
            + ".");
  }

  private static String text(Duration time) {
    return Math.ceilDiv(time.toMillis(), 1000L) + " s";
  }
}
