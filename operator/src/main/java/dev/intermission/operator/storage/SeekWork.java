package dev.intermission.operator.storage;

import dev.intermission.checkpoint.catalogue.Catalogue;
import dev.intermission.checkpoint.catalogue.Entry;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.retention.Pin;
import dev.intermission.checkpoint.retention.PinOutcome;
import dev.intermission.checkpoint.retention.Pins;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.checkpoint.verify.Verification;
import dev.intermission.checkpoint.verify.Verifier;
import dev.intermission.control.Problem;
import dev.intermission.operator.plan.Action.SeekCheckpoint;
import dev.intermission.operator.plan.observation.Sought.Result;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Finds the checkpoint of a step among those of a job, also one that a rollback left behind, and
 * looks at it before anything is built on it.
 */
final class SeekWork {

  /** So many of the steps that there are stand in a message. */
  private static final int NAMED = 8;

  private final ObjectStore store;
  private final Layout layout;
  private final Clock clock;

  SeekWork(ObjectStore store, Layout layout, Clock clock) {
    this.store = store;
    this.layout = layout;
    this.clock = clock;
  }

  /** The one called {@code manifest}, or the one of the step that {@code wish} names. */
  Result seek(SeekCheckpoint wish, Optional<String> manifest) {
    var step = manifest.map(ManifestRef::stepOf).or(() -> wish.from().step()).orElseThrow();
    var mode = wish.how().mode();
    var entries = new Catalogue(store, layout).list();
    var found =
        manifest.isEmpty()
            ? Catalogue.find(entries, step)
            : entries.stream().filter(entry -> entry.manifest().equals(manifest.get())).findFirst();
    if (found.isEmpty()) return refused("NoSuchCheckpoint", missing(step, entries));
    if (found.get().notes().quarantined()) return refused("Quarantined", quarantined(step));
    var name = found.get().manifest();
    // Pinned before it is looked at: what passed cannot go until status names it, which keeps it
    if (pins().pin(Pin.forADecision(name, layout.job(), clock.instant()))
        instanceof PinOutcome.Refused(var why))
      return refused("CheckpointExpired", "spec.resumeFrom.step: " + why);
    return new ManifestStore(store, layout)
        .locate(name)
        .map(ref -> checked(ref, mode))
        .orElseGet(() -> refused("NoSuchCheckpoint", missing(step, entries)));
  }

  private Result checked(ManifestRef ref, Mode mode) {
    var result =
        new Verifier(store, layout, RetryBudget.QUICK, clock).verify(ref, mode, Optional.empty());
    return switch (result) {
      case Verification.Verified _ -> new Result.Found(ref, Optional.empty());
      case Verification.Defective(var what, var reason) ->
          refused(
              reason,
              "spec.resumeFrom.step: checkpoint "
                  + ref.step()
                  + " cannot be restored: "
                  + what
                  + " Name another step.");
    };
  }

  private Pins pins() {
    return new Pins(store, layout, RetryBudget.QUICK, clock);
  }

  private String missing(long step, List<Entry> entries) {
    var steps = entries.stream().map(Entry::step).distinct().toList();
    var some = steps.stream().limit(NAMED).map(String::valueOf).collect(Collectors.joining(", "));
    return "spec.resumeFrom.step: "
        + layout.job().display()
        + " has no checkpoint of step "
        + step
        + (steps.isEmpty()
            ? ", nor any other."
            : "; the newest that it has: " + some + (steps.size() > NAMED ? ", …" : "") + ".")
        + " Name one of them, or take spec.resumeFrom out.";
  }

  private static String quarantined(long step) {
    return "spec.resumeFrom.step: checkpoint "
        + step
        + " was found damaged and is quarantined; nothing resumes from it. Name another step.";
  }

  private static Result refused(String reason, String message) {
    return new Result.Refused(new Problem(reason, message));
  }
}
