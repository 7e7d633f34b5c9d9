package dev.intermission.operator.storage;

import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.Quarantines;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.verify.Fallback;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.checkpoint.verify.Verification;
import dev.intermission.checkpoint.verify.Verification.Defective;
import dev.intermission.checkpoint.verify.Verifier;
import dev.intermission.checkpoint.verify.WayBack;
import dev.intermission.operator.plan.observation.Storage.Check;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;

/** Verifies one checkpoint of a job, and finds where to go back to when it is defective. */
final class VerifyWork {

  /** So many of the checkpoints on the way back are described; a message is not a list. */
  private static final int DESCRIBED = 2;

  private final ObjectStore store;
  private final Layout layout;
  private final Clock clock;

  VerifyWork(ObjectStore store, Layout layout, Clock clock) {
    this.store = store;
    this.layout = layout;
    this.clock = clock;
  }

  /** A quarantined one is not looked at again: what is on record stands, even if it was mended. */
  Check check(
      ManifestRef manifest,
      Mode mode,
      Optional<ManifestRef> verifiedParent,
      Instant at,
      Optional<Check> before) {
    var note = new Quarantines(store, layout, RetryBudget.QUICK).find(manifest.name());
    Verification result =
        note.<Verification>map(found -> new Defective(found.message(), Check.QUARANTINED))
            .orElseGet(
                () ->
                    new Verifier(store, layout, RetryBudget.QUICK, clock)
                        .verify(manifest, mode, verifiedParent));
    return switch (result) {
      case Verification.Verified _ -> new Check(result, at, Optional.empty(), Optional.empty());
      case Defective(var what, var reason) -> {
        var way = new Fallback(store, layout, RetryBudget.QUICK, clock).from(manifest, mode);
        var same = before.filter(known -> known.fallback().equals(way.to()));
        yield new Check(
            new Defective(what + passed(way), reason),
            at,
            same.flatMap(Check::defectiveSince).or(() -> Optional.of(at)),
            way.to());
      }
    };
  }

  private static String passed(WayBack way) {
    return way.passed().stream()
        .limit(DESCRIBED)
        .map(passed -> " Checkpoint " + passed.step() + " cannot be used either: " + passed.why())
        .collect(Collectors.joining());
  }
}
