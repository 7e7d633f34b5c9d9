package dev.intermission.checkpoint.verify;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.protocol.Quarantines;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.verify.Verification.Defective;
import dev.intermission.checkpoint.verify.WayBack.Passed;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the newest older checkpoint that can be restored: along the chain of parents, past those
 * that are quarantined, damaged or about to be deleted. Changes nothing. Thread-safe. Protocol:
 * docs/checkpoint-format.md, "Quarantine".
 */
public final class Fallback {

  private final ObjectStore store;
  private final Layout layout;
  private final ManifestStore manifests;
  private final Quarantines quarantines;
  private final Verifier verifier;

  public Fallback(ObjectStore store, Layout layout, RetryBudget budget, Clock clock) {
    this.store = store;
    this.layout = layout;
    this.manifests = new ManifestStore(store, layout);
    this.quarantines = new Quarantines(store, layout, budget);
    this.verifier = new Verifier(store, layout, budget, clock);
  }

  /**
   * Where to go back to from {@code damaged}. Costs what verifying the checkpoints on the way
   * costs, and three round trips for each that is whole.
   *
   * @param mode how closely each of them is looked at
   * @throws StoreException the store cannot be used now: nothing is known
   */
  public WayBack from(ManifestRef damaged, Mode mode) {
    var quarantined = quarantines.names();
    var passed = new ArrayList<Passed>();
    var next = before(damaged, passed);
    while (next.isPresent()) { // ends: every sum in the chain is older than the one that names it
      var older = next.get();
      var why =
          quarantined.contains(older.name())
              ? Optional.of("It is quarantined.")
              : unusable(older, mode);
      if (why.isEmpty()) return new WayBack(next, passed);
      passed.add(new Passed(older.step(), why.get()));
      next = before(older, passed);
    }
    return new WayBack(Optional.empty(), passed);
  }

  private Optional<String> unusable(ManifestRef older, Mode mode) {
    var result = verifier.verify(older, mode, Optional.empty());
    if (result instanceof Defective(var what, _)) return Optional.of(what);
    return isGoing(older.name())
        ? Optional.of("It is about to be deleted, being older than spec.checkpoint.keep.")
        : Optional.empty();
  }

  /**
   * Looked at last: what is not marked now outlasts the grace, and the seal comes before. The
   * manifest after its marks: a collector removes those only once it is gone.
   */
  private boolean isGoing(String manifest) {
    return Stream.of(layout.mark(manifest), layout.lastCall(manifest))
            .anyMatch(mark -> store.inspect(mark).isPresent())
        || store.inspect(layout.manifest(manifest)).isEmpty();
  }

  /** The parent, as the manifest itself says; when it cannot say, whatever was written before. */
  private Optional<ManifestRef> before(ManifestRef ref, List<Passed> passed) {
    try {
      return manifests.read(ref).parent();
    } catch (StoreException.Damaged unreadable) {
      return writtenBefore(ref, passed);
    }
  }

  /**
   * The last one that was written before, by token and then by step. What a rollback abandoned has
   * an earlier token than what was trained after it, and so comes last.
   */
  private Optional<ManifestRef> writtenBefore(ManifestRef ref, List<Passed> passed) {
    for (var name : namesBefore(ref)) {
      try {
        var found = manifests.locate(name);
        if (found.isPresent()) return found;
      } catch (StoreException.Damaged e) {
        passed.add(new Passed(ManifestRef.stepOf(name), e.getMessage()));
      }
    }
    return Optional.empty();
  }

  private List<String> namesBefore(ManifestRef ref) {
    try (var listed = store.list(layout.manifests())) {
      return listed
          .map(object -> object.key().substring(layout.manifests().length()))
          .filter(ManifestRef::isName)
          .filter(name -> ManifestRef.stepOf(name) < ref.step())
          .filter(name -> ManifestRef.tokenOf(name).compareTo(ref.token()) <= 0)
          .sorted(
              Comparator.comparing(ManifestRef::tokenOf)
                  .thenComparing(ManifestRef::stepOf)
                  .reversed())
          .toList();
    }
  }
}
