package dev.intermission.checkpoint.protocol;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.s3.CreateOutcome;
import dev.intermission.checkpoint.s3.CreateOutcome.AlreadyThere;
import dev.intermission.checkpoint.s3.CreateOutcome.AnswerLost;
import dev.intermission.checkpoint.s3.CreateOutcome.Created;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.Payload;
import dev.intermission.checkpoint.s3.RetryBudget;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps everybody away from checkpoints that were found damaged: no seal begins a run from one, no
 * save takes over its chunks, no fallback stops at it. Thread-safe. Protocol:
 * docs/checkpoint-format.md, "Quarantine".
 */
public final class Quarantines {

  private final ObjectStore store;
  private final Layout layout;
  private final RetryBudget budget;

  public Quarantines(ObjectStore store, Layout layout, RetryBudget budget) {
    this.store = store;
    this.layout = layout;
    this.budget = budget;
  }

  /**
   * The manifest is quarantined when this returns; the first note about it stands. One round trip.
   *
   * @throws StoreException.EndpointUnreachable whether it is quarantined is unknown: do not go past
   *     it yet, ask again
   */
  public void add(String manifestName, Quarantine why) {
    var key = layout.quarantine(manifestName);
    var note = Payload.Bytes.of(QuarantineCodec.encode(why));
    var retry = budget.start();
    var lost = "";
    do {
      CreateOutcome outcome = store.createOnce(key, note);
      switch (outcome) { // dies here: HEAD still names it, and whoever looks finds the note
        case Created _, AlreadyThere _ -> {
          return;
        }
        case AnswerLost(var reason) -> lost = reason; // asked again, it says that it is there
      }
    } while (retry.again());
    throw new StoreException.EndpointUnreachable(
        "Could not write "
            + key
            + " in "
            + retry.made()
            + " attempts: "
            + lost
            + ". HEAD was not changed. See that the S3 store answers.",
        null);
  }

  /** Why a manifest is quarantined, if it is. One round trip. */
  public Optional<Quarantine> find(String manifestName) {
    var key = layout.quarantine(manifestName);
    return store.read(key).map(note -> QuarantineCodec.decode(key, note.bytes()));
  }

  /** The names of all quarantined manifests. One listing. */
  public Set<String> names() {
    try (var listed = store.list(layout.quarantine())) {
      return listed
          .map(note -> note.key().substring(layout.quarantine().length()))
          .collect(Collectors.toUnmodifiableSet());
    }
  }
}
