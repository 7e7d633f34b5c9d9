package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.CheckpointsStatus;
import dev.intermission.api.v1alpha1.Problem;
import dev.intermission.checkpoint.retention.KeepRule;
import dev.intermission.checkpoint.retention.Stock;
import dev.intermission.checkpoint.retention.Sweep;
import dev.intermission.operator.plan.Action.SweepRetention.Extent;
import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.Upkeep.Swept;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When the collector looks, and what status says of it. Not with every checkpoint: nothing goes
 * before a grace of a day is over, so that looking more often would only cost requests.
 */
final class Sweeping {

  /** Leftovers need no hurry, and a job that trains nothing leaves none. */
  private static final Duration DAILY = Duration.ofDays(1);

  private Sweeping() {}

  static void plan(Pass pass, Draft draft) {
    var known = pass.status().checkpoints();
    var news =
        pass.seen()
            .storage()
            .upkeep()
            .swept()
            .filter(swept -> known.filter(old -> !swept.after(old.sweptAt())).isEmpty());
    if (news.isPresent()) {
      draft.record(draft.status().withCheckpoints(figures(pass, news.get(), draft)));
    } else if (due(pass)) {
      draft.store(pass, new Action.SweepRetention(rule(pass), extent(pass)));
    }
  }

  private static boolean due(Pass pass) {
    if (pass.status().checkpoint().isEmpty()) return false; // nothing is in the store
    var last = pass.status().checkpoints().map(CheckpointsStatus::sweptAt);
    return last.filter(at -> pass.now().isBefore(at.plus(interval(pass)))).isEmpty();
  }

  private static Duration interval(Pass pass) {
    return switch (pass.status().phase()) {
      case STARTING, RUNNING, PAUSING, RECOVERING -> pass.pace().sweep();
      case PENDING, HELD, PAUSED, SUCCEEDED, FAILED -> DAILY;
    };
  }

  private static Extent extent(Pass pass) {
    var searched = pass.status().checkpoints().flatMap(CheckpointsStatus::searchedAt);
    return searched.filter(at -> pass.now().isBefore(at.plus(DAILY))).isPresent()
        ? Extent.MANIFESTS
        : Extent.EVERYTHING;
  }

  private static KeepRule rule(Pass pass) {
    var keep = pass.spec().checkpoint().keep();
    return new KeepRule(keep.last(), keep.everySteps());
  }

  private static CheckpointsStatus figures(Pass pass, Seen<Swept> swept, Draft draft) {
    var known = pass.status().checkpoints();
    return switch (swept.value()) {
      case Swept.Done(var sweep) -> figures(sweep, swept.at(), known);
      case Swept.Blocked(var problem) -> {
        var why = new Problem(problem.reason(), problem.message());
        if (!known.flatMap(CheckpointsStatus::problem).equals(Optional.of(why))) {
          draft.tell(JobEvent.warning("SweepBlocked", why.message()));
        }
        yield known
            .orElseGet(() -> CheckpointsStatus.uncounted(swept.at()))
            .withProblem(why, swept.at());
      }
    };
  }

  private static CheckpointsStatus figures(
      Sweep sweep, Instant at, Optional<CheckpointsStatus> known) {
    var stock = sweep.stock();
    return new CheckpointsStatus(
        Optional.of(stock.count()),
        Optional.of(stock.expiring()),
        stock.bytes().or(() -> known.flatMap(CheckpointsStatus::bytes)),
        stock.oldestStep(),
        stock.next().map(Stock.NextToGo::step),
        stock.next().map(Stock.NextToGo::at),
        at,
        stock.bytes().map(_ -> at).or(() -> known.flatMap(CheckpointsStatus::searchedAt)),
        Optional.empty());
  }
}
