package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.GraceStatus;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.control.AgentStatus;
import dev.intermission.control.SavedManifest;
import java.time.Duration;
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

  private static GraceStatus known(TrainingJobStatus status) {
    return status.run().flatMap(RunStatus::grace).orElse(GraceStatus.DEFAULT);
  }

  /** What a run gets that begins now, where the longest of the newest saves took so long. */
  static long seconds(Pass pass, long longestMillis) {
    var written = GraceStatus.of(pass.spec().template().getSpec()).seconds();
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
}
