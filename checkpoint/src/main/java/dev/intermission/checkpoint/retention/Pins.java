package dev.intermission.checkpoint.retention;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.retention.PinOutcome.Pinned;
import dev.intermission.checkpoint.retention.PinOutcome.Refused;
import dev.intermission.checkpoint.s3.CreateOutcome;
import dev.intermission.checkpoint.s3.ListedObject;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.Payload;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.s3.SwapCondition;
import dev.intermission.checkpoint.s3.SwapOutcome;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;

/**
 * The pins of one job's manifests. Whoever refers to an older manifest (a rollback, a fork, a
 * person) pins it first, then looks for a mark, and only then refers to it. Thread-safe. Protocol:
 * docs/checkpoint-format.md, "Retention".
 */
public final class Pins {

  /** No pin of ours is longer: what is, is not taken into memory. */
  private static final long LONGEST = 16 << 10;

  private final ObjectStore store;
  private final Layout layout;
  private final RetryBudget budget;
  private final Clock clock;

  /** {@code clock}: in step with the collector's to within a small part of the grace. */
  public Pins(ObjectStore store, Layout layout, RetryBudget budget, Clock clock) {
    this.store = store;
    this.layout = layout;
    this.budget = budget;
    this.clock = clock;
  }

  /**
   * Keeps the manifest until {@link #unpin}, or until the pin expires. Five round trips; safe to
   * repeat, also with a later end; a repeat that is refused ends what this owner had pinned before.
   * An expired pin cannot be renewed, since the collector may be about to remove it: pin under
   * another owner.
   *
   * @throws StoreException.EndpointUnreachable whether the pin is there is unknown: do not refer to
   *     the manifest; ask again, or unpin
   */
  public PinOutcome pin(Pin pin) {
    var key = layout.pin(pin.manifest(), pin.ownerUid());
    if (!write(key, pin)) {
      return new Refused("The pin of " + pin.display() + " has expired. Pin it under a new owner.");
    }
    // dies here: a pin that nobody uses; the owner pins or unpins again
    if (Stream.of(layout.mark(pin.manifest()), layout.lastCall(pin.manifest()), layout.purgeMark())
        .anyMatch(mark -> store.inspect(mark).isPresent())) {
      return refuse(key, "it is about to be deleted");
    }
    // looked at after the marks: a collector removes them only once the manifest is gone
    return store.inspect(layout.manifest(pin.manifest())).isPresent()
        ? new Pinned()
        : refuse(key, "it is gone");
  }

  /** The owner does not need it any more. One round trip; fine when there is no pin. */
  public void unpin(String manifest, String ownerUid) {
    store.delete(layout.pin(manifest, ownerUid));
  }

  /**
   * All pins, expired ones too. One listing, and one round trip for each that says more than its
   * name.
   */
  public List<Pin> list() {
    return store.list(layout.pins()).flatMap(object -> read(object).stream()).toList();
  }

  private List<Pin> read(ListedObject object) {
    var name = object.key().substring(layout.pins().length());
    var slash = name.indexOf('/');
    if (slash < 0) return List.of(); // not a pin
    var manifest = name.substring(0, slash);
    var owner = name.substring(slash + 1);
    var ours = object.length() > 0 && object.length() <= LONGEST;
    if (!ours) return List.of(PinCodec.decode(manifest, owner, new byte[0]));
    return store.read(object.key()).stream()
        .map(found -> PinCodec.decode(manifest, owner, found.bytes()))
        .toList();
  }

  /** False if there is an expired one. */
  private boolean write(String key, Pin pin) {
    var bytes = PinCodec.encode(pin);
    var retry = budget.start();
    do {
      if (store.createOnce(key, Payload.Bytes.of(bytes)) instanceof CreateOutcome.Created) {
        return true;
      }
      var there = store.read(key);
      if (there.isEmpty()) continue; // the request was lost, or the pin just removed
      if (there.get().holds(bytes)) return pin.protects(clock.instant());
      var old = PinCodec.decode(pin.manifest(), pin.ownerUid(), there.get().bytes());
      if (!old.protects(clock.instant())) return false;
      var swap = store.swap(key, new SwapCondition.IfMatch(there.get().etag()), bytes);
      if (swap instanceof SwapOutcome.Swapped) return true;
    } while (retry.again());
    throw new StoreException.EndpointUnreachable(
        "Could not pin "
            + layout.manifest(pin.manifest())
            + " for "
            + pin.display()
            + " in "
            + retry.made()
            + " attempts. Nothing was deleted. See that the S3 store answers, then try again.",
        null);
  }

  private PinOutcome refuse(String key, String why) {
    store.delete(key); // dies here: a pin that protects what nobody uses until it is unpinned
    return new Refused(
        "A checkpoint of "
            + layout.job().display()
            + " cannot be kept any more: "
            + why
            + " ("
            + key.substring(layout.pins().length())
            + "). Choose a newer one.");
  }
}
