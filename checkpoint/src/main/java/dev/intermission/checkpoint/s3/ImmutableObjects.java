package dev.intermission.checkpoint.s3;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.s3.CreateOutcome.AlreadyThere;
import dev.intermission.checkpoint.s3.CreateOutcome.AnswerLost;
import dev.intermission.checkpoint.s3.CreateOutcome.Created;
import java.time.Instant;
import java.util.Optional;

/**
 * Makes objects that are never replaced durable, whatever becomes of single answers. Thread-safe.
 */
public final class ImmutableObjects {

  private final ObjectStore store;
  private final RetryBudget budget;

  public ImmutableObjects(ObjectStore store, RetryBudget budget) {
    this.store = store;
    this.budget = budget;
  }

  /**
   * The object is durable with exactly this payload when this returns. One round trip; two when it
   * was there before. Safe to repeat, since its key holds the payload's sum: a second attempt finds
   * the first one's bytes.
   *
   * @return when it was created, by the store's clock
   * @throws StoreException.Damaged an object of that key is there with other bytes; it was not
   *     touched
   * @throws StoreException.EndpointUnreachable the budget is spent; the object may be there or come
   */
  public Instant ensure(String key, Payload payload) {
    var retry = budget.start();
    var why = "";
    do {
      switch (store.createOnce(key, payload)) { // dies here: an orphan, swept after the grace time
        case Created(var at) -> {
          return at;
        }
        case AlreadyThere _ -> {
          var there = store.inspect(key);
          if (there.isPresent()) return requireSame(key, payload, there.get());
          why = "it was there and is gone";
        }
        case AnswerLost(var reason) -> why = reason;
      }
    } while (retry.again());
    throw new StoreException.EndpointUnreachable(
        "Could not write "
            + key
            + " in "
            + retry.made()
            + " attempts: "
            + why
            + ". The newest committed checkpoint was not touched. See that the S3 store answers.",
        null);
  }

  private static Instant requireSame(String key, Payload payload, ObjectFacts there) {
    var sum = there.sha256();
    var same = sum.equals(Optional.of(payload.sha256())) || sum.isEmpty();
    if (same && there.length() == payload.length()) return there.lastModified();
    throw new StoreException.Damaged(
        key
            + " is there with other bytes than its name says ("
            + there.length()
            + " of "
            + payload.length()
            + " bytes). It was not touched. Move it away by hand, then save again.");
  }
}
