package dev.intermission.operator.plan;

/**
 * Nothing runs and nothing can be committed. Ends when the user says so: the seal of the pause is
 * the beginning of the next run.
 */
final class Paused {

  private Paused() {}

  static void plan(Pass pass, Draft draft) {
    var unreleased =
        pass.status()
            .pause()
            .filter(
                pause ->
                    pause
                        .receipt()
                        .filter(receipt -> receipt.computeReleasedAt().isEmpty())
                        .isPresent());
    if (unreleased.isPresent() && Release.released(pass)) {
      draft.record(pass.status().withPause(unreleased.get().withComputeReleasedAt(pass.now())));
    } else if (!pass.spec().paused() && pass.run() > 0 && Lifespan.over(pass)) {
      Lifespan.fail(pass, draft);
    } else if (!pass.spec().paused()) {
      NextRun.begin(pass, draft, pass.run() == 0 ? "FirstRun" : NextRun.RESUMED);
    }
  }
}
