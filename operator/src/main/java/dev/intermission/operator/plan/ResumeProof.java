package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.ResumeStatus;
import dev.intermission.operator.plan.observation.Worker;
import java.util.Comparator;
import java.util.Optional;

/**
 * Compares the first step that a run reports with the checkpoint that it was given; written once,
 * then only the verdict on exactness may follow.
 */
final class ResumeProof {

  private static final String EXACT = "exact";

  private ResumeProof() {}

  static void plan(Pass pass, Draft draft) {
    var resume = draft.status().resume();
    var mine = draft.status().run().flatMap(run -> run.resumedFrom()).isPresent();
    if (resume.isEmpty() || !mine || pass.status().phase() == Phase.PAUSED) return;
    var first =
        pass.workers().stream()
            .filter(worker -> !wentOnLater(pass, worker, resume.get()))
            .flatMap(worker -> pass.progress(worker).stream())
            .flatMap(progress -> progress.firstStep().stream())
            .min(Long::compare);
    var exact =
        pass.workers().stream()
            .flatMap(worker -> pass.agent(worker).stream())
            .flatMap(agent -> agent.exact().stream())
            .min(Comparator.comparing(EXACT::equals)); // one rank that is not exact speaks for all
    if (first.isEmpty() || known(resume.get(), first.get(), exact)) return;
    var at = resume.get().provenAt().orElse(pass.now());
    draft.record(
        draft
            .status()
            .withResume(
                resume.get().withFirstStep(first.get(), at, exact.or(() -> resume.get().exact()))));
  }

  /** Began after others of its run, from a newer checkpoint: says nothing of this resume. */
  private static boolean wentOnLater(Pass pass, Worker worker, ResumeStatus resume) {
    return pass.agent(worker)
        .flatMap(agent -> agent.restored().step())
        .filter(step -> step > resume.fromStep())
        .isPresent();
  }

  private static boolean known(ResumeStatus resume, long first, Optional<String> exact) {
    return resume.firstStep().equals(Optional.of(first))
        && (exact.isEmpty() || resume.exact().equals(exact));
  }
}
