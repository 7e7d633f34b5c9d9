package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.ConditionStatus;
import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.operator.plan.Conditions.Finding;
import dev.intermission.operator.plan.observation.Worker;
import dev.intermission.operator.plan.observation.Worker.Spot;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;

/** Whether a pod that is taken away has the time to save, in words. */
final class GraceReport {

  /** What the agent leaves of the grace to the trainer's end. */
  private static final Duration KEPT_BACK = Duration.ofSeconds(5);

  private GraceReport() {}

  /** Absent before anything is known. */
  static Optional<Finding> of(Pass pass) {
    var grace = pass.status().run().flatMap(RunStatus::grace);
    if (grace.isEmpty() || grace.get().savesMillis().isEmpty() || pass.workers().isEmpty())
      return Optional.empty();
    var longest = Duration.ofMillis(grace.get().longestMillis());
    var given = Duration.ofSeconds(grace.get().seconds());
    if (longest.plus(KEPT_BACK).compareTo(given) > 0)
      return Optional.of(tooShort(pass, longest, given));
    return shortestNotice(pass)
        .filter(place -> longest.compareTo(place.spot().notice()) > 0)
        .map(place -> noticeTooShort(place, longest))
        .or(() -> Optional.of(enough(longest, given)));
  }

  /** A node that its provider may take back. */
  private record Place(String node, Spot spot) {

    static Optional<Place> of(Worker.Node node) {
      return node.spot().map(spot -> new Place(node.name(), spot));
    }
  }

  private static Optional<Place> shortestNotice(Pass pass) {
    return pass.workers().stream()
        .flatMap(worker -> worker.node().flatMap(Place::of).stream())
        .min(Comparator.comparing(place -> place.spot().notice()));
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
            + Grace.seconds(pass, longest.toMillis())
            + " s; a pause and a resume begin it.");
  }

  private static Finding noticeTooShort(Place place, Duration longest) {
    return new Finding(
        ConditionType.SAVES_IN_TIME,
        ConditionStatus.FALSE,
        "NoticeTooShort",
        "Saves took up to "
            + text(longest)
            + ", and spot node "
            + place.node()
            + " ("
            + place.spot().provider()
            + ") gives its pods "
            + text(place.spot().notice())
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
