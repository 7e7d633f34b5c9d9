package dev.intermission.checkpoint.retention;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ChunkRef;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.s3.CreateOutcome;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.Payload;
import dev.intermission.checkpoint.s3.RetryBudget;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.function.Predicate;

/**
 * Deletes everything that a job has in the store, HEAD last. What others have pinned stays, with
 * their pins. May die anywhere and be taken up again; two of them do no harm.
 */
public final class Purge {

  private final ObjectStore store;
  private final Layout layout;
  private final RetryBudget budget;
  private final Clock clock;

  public Purge(ObjectStore store, Layout layout, RetryBudget budget, Clock clock) {
    this.store = store;
    this.layout = layout;
    this.budget = budget;
    this.clock = clock;
  }

  /**
   * Precondition: HEAD is sealed and unclaimed, or there is none, and no pod of the job writes any
   * more. Bounded memory; one round trip for each thousand objects, and one for each pin.
   *
   * @throws StoreException.Damaged a pinned manifest cannot be read, so that nobody knows which
   *     chunks it needs: no chunk was deleted
   */
  public Purged purge() {
    announce(); // who pins after it does not use the pin
    var held = held();
    var spared = spared(held);
    var bin = new Bin(store);
    // The manifests first: from then on there is nothing to refer to.
    delete(layout.manifests(), spared, bin);
    // dies here: chunks without manifests below a HEAD that says so; taken up again
    delete(layout.root(), spared.or(this::isLast), bin);
    delete(layout.marks(), layout.purgeMark()::equals, bin);
    if (held.isEmpty()) store.delete(layout.purgeMark()); // else it goes on to refuse pins
    store.delete(layout.head());
    return new Purged(bin.objects(), bin.bytes(), held);
  }

  private void announce() {
    var retry = budget.start();
    while (store.createOnce(layout.purgeMark(), Payload.Bytes.of(new byte[0]))
        instanceof CreateOutcome.AnswerLost(var why)) {
      if (retry.again()) continue;
      throw new StoreException.EndpointUnreachable(
          "Could not write " + layout.purgeMark() + ": " + why + ". Nothing was deleted.", null);
    }
  }

  /** Pins of others that still protect a manifest. */
  private List<Pin> held() {
    return new Pins(store, layout, budget, clock)
        .list().stream()
            .filter(pin -> !pin.isOf(layout.job().uid()))
            .filter(pin -> pin.protects(clock.instant()))
            .filter(pin -> store.inspect(layout.manifest(pin.manifest())).isPresent())
            .toList();
  }

  private Predicate<String> spared(List<Pin> held) {
    var keys = new HashSet<String>();
    var chunks = new ListedChunks(clock.instant().toEpochMilli());
    var manifests = new ManifestStore(store, layout);
    for (var pin : held) {
      if (keys.add(layout.manifest(pin.manifest()))) {
        manifests.find(pin.manifest()).stream()
            .flatMap(manifest -> manifest.chunks())
            .map(ChunkRef::key)
            .forEach(chunks::add);
      }
      keys.add(layout.pin(pin.manifest(), pin.ownerUid()));
    }
    return key ->
        keys.contains(key)
            || !held.isEmpty()
                && key.startsWith(layout.chunks())
                && chunks.mayContain(key.substring(layout.chunks().length()));
  }

  private boolean isLast(String key) {
    return key.equals(layout.head()) || key.startsWith(layout.marks());
  }

  private void delete(String prefix, Predicate<String> spared, Bin bin) {
    try (var listed = store.list(prefix)) {
      listed.filter(object -> !spared.test(object.key())).forEach(bin::add);
    }
    bin.empty();
  }
}
