package dev.intermission.checkpoint.retention;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.HeadSnapshot;
import dev.intermission.checkpoint.protocol.Seal;
import dev.intermission.checkpoint.protocol.SealOutcome;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.RetryBudget;
import java.time.Clock;

/**
 * Leads HEAD back to an older checkpoint that was found whole a while ago: pins that, then seals.
 * So it does not matter how long ago, nor what was swept since. Thread-safe. Protocol:
 * docs/checkpoint-format.md, "Quarantine".
 */
public final class Retreat {

  private final Layout layout;
  private final Pins pins;
  private final Seal seal;
  private final Clock clock;

  /** {@code clock}: in step with the collector's to within a small part of the grace. */
  public Retreat(ObjectStore store, Layout layout, RetryBudget budget, Clock clock) {
    this.layout = layout;
    this.pins = new Pins(store, layout, budget, clock);
    this.seal = new Seal(store, layout, budget);
    this.clock = clock;
  }

  /**
   * Swaps exactly {@code from} to a HEAD for {@code run} that names {@code to}, as {@link
   * Seal#leave} does, or says that {@code to} is going: then look for another way back. Idempotent;
   * costs seven round trips.
   *
   * <p>The pin ends by itself: HEAD keeps its own manifest.
   *
   * @param to found whole, at any time since HEAD was {@code from}
   * @throws StoreException.EndpointUnreachable whether the pin is there is unknown: HEAD was not
   *     changed; ask again
   */
  public SealOutcome leave(HeadSnapshot from, long run, ManifestRef to) {
    var pin = Pin.forADecision(to.name(), layout.job(), clock.instant());
    return switch (pins.pin(pin)) {
      // dies here: a pin that keeps, for two days at most, what nobody goes back to
      case PinOutcome.Pinned _ -> seal.leave(from, run, to);
      case PinOutcome.Refused(var why) -> new SealOutcome.Expired(to, why);
    };
  }
}
