package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.Problem;
import dev.intermission.api.v1alpha1.RunStatus;
import java.time.Instant;

/**
 * A script that ends after its signal did what it was told: it has neither failed, whatever its
 * exit code, nor finished. That matters only when nobody wants it to end any more, for a pause that
 * was taken back, say; a pause goes on from what HEAD has.
 */
final class Stopped {

  private Stopped() {}

  /** Whether the script was asked so lately that its end may be the answer. */
  static boolean byOrder(Pass pass) {
    if (!pass.watched() || pass.spec().pause().signal().isEmpty()) return false;
    var started = pass.status().run().map(RunStatus::startedAt).orElse(Instant.MAX);
    var ended =
        pass.runEnded() ? pass.status().recovery().endedAt().orElse(pass.now()) : pass.now();
    var since = ended.minus(pass.spec().pause().timeout());
    var paused =
        pass.status()
            .pause()
            .map(pause -> pause.attemptedAt())
            .filter(asked -> !asked.isBefore(started) && asked.isAfter(since));
    var noticed =
        pass.status()
            .run()
            .flatMap(RunStatus::notice)
            .filter(notice -> notice.run() == pass.run() && notice.at().isAfter(since));
    return paused.isPresent() || noticed.isPresent();
  }

  static void record(Pass pass, Draft draft) {
    Recovery.asOrdered(
        pass,
        draft,
        new Problem(
            "StoppedByOrder",
            "The script ended after "
                + pass.spec().pause().signal().orElseThrow()
                + ", as it was asked to; it goes on from its newest checkpoint."));
  }
}
