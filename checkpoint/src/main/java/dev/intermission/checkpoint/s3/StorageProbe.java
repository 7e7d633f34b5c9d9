package dev.intermission.checkpoint.s3;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.parallel.InFlight;
import dev.intermission.checkpoint.s3.ProbeResult.Unusable;
import dev.intermission.checkpoint.s3.ProbeResult.Usable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Finds out, by trying, whether a store refuses what the protocol relies on being refused: creating
 * an object twice, and swapping one that has changed, also when several try in the same moment. A
 * store that says yes to two of them would let two trainers write. And a listing must show what was
 * just written, since retention deletes what no listed manifest names.
 */
public final class StorageProbe {

  private static final int RACERS = 12;

  private final Supplier<String> ids;

  /**
   * @param ids a name that no other probe uses, each time
   */
  public StorageProbe(Supplier<String> ids) {
    this.ids = ids;
  }

  /**
   * Writes, replaces and deletes small objects below {@code prefix}. Some 60 small requests, most
   * of them at once; never throws. A store whose conditions are not atomic is found with a chance
   * only, by racing it: S3Proxy was found in 35 of 40 probes, MinIO and versitygw in none of 40.
   */
  public ProbeResult probe(ObjectStore store, String prefix) {
    var key = (prefix.isEmpty() ? "" : prefix + "/") + ".intermission-probe/" + ids.get();
    var keys = List.of(key, key + "-race1", key + "-race2");
    try {
      var defect =
          inTurn(store, keys.get(0))
              .or(() -> atOnce(store, keys.get(1)))
              .or(() -> atOnce(store, keys.get(2)));
      keys.forEach(store::delete);
      return defect.<ProbeResult>map(Function.identity()).orElseGet(Usable::new);
    } catch (StoreException e) {
      // what it wrote is a few bytes below .intermission-probe/
      return new Unusable(e.reason(), e.getMessage());
    }
  }

  /**
   * An answer that is lost proves nothing: when the first write never arrived, a good store lets
   * the second one in; and a bad one is not fit because nobody heard how it answered.
   */
  private static Optional<Unusable> inTurn(ObjectStore store, String key) {
    if (!(store.createOnce(key, text("1")) instanceof CreateOutcome.Created)) return silent(key);
    switch (store.createOnce(key, text("2"))) {
      case CreateOutcome.Created _ -> {
        return unsupported("If-None-Match: * (it created an object twice)");
      }
      case CreateOutcome.AnswerLost _ -> {
        return silent(key);
      }
      case CreateOutcome.AlreadyThere _ -> {}
    }
    var there = store.read(key);
    if (there.isEmpty()) return silent(key);
    var stale = new SwapCondition.IfMatch(there.get().etag());
    if (!(store.swap(key, stale, text("2").bytes()) instanceof SwapOutcome.Swapped)) {
      return silent(key);
    }
    switch (store.swap(key, stale, text("3").bytes())) {
      case SwapOutcome.Swapped _ -> {
        return unsupported("If-Match (it swapped an object that had changed)");
      }
      case SwapOutcome.AnswerLost _ -> {
        return silent(key);
      }
      case SwapOutcome.Refused _, SwapOutcome.Missing _ -> {}
    }
    try (var listed = store.list(key)) {
      if (listed.noneMatch(object -> object.key().equals(key))) return lagging();
    }
    return Optional.empty();
  }

  private static Optional<Unusable> atOnce(ObjectStore store, String key) {
    var created =
        winners(i -> store.createOnce(key, text("create " + i)), CreateOutcome.Created.class);
    if (created > 1) return notAtomic(created + " of " + RACERS + " creations of one key");
    var there = store.read(key);
    if (there.isEmpty()) return silent(key);
    var start = new SwapCondition.IfMatch(there.get().etag());
    var swapped =
        winners(i -> store.swap(key, start, text("swap " + i).bytes()), SwapOutcome.Swapped.class);
    if (swapped > 1) return notAtomic(swapped + " of " + RACERS + " swaps of one object");
    return Optional.empty();
  }

  private static <T> long winners(Function<Integer, T> attempt, Class<? extends T> winning) {
    var racers = IntStream.range(0, RACERS).boxed().toList();
    return InFlight.map(racers, RACERS, attempt).stream().filter(winning::isInstance).count();
  }

  private static Payload.Bytes text(String text) {
    return Payload.Bytes.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Optional<Unusable> unsupported(String what) {
    return unusable(
        "ConditionalWritesUnsupported",
        "The S3 store does not honour "
            + what
            + ", so it cannot keep two trainers from overwriting each other.");
  }

  private static Optional<Unusable> notAtomic(String what) {
    return unusable(
        "ConditionalWritesNotAtomic",
        "The S3 store looks at conditions before it writes, but not in one step: "
            + what
            + " in the same moment succeeded, so it cannot keep two trainers from overwriting each"
            + " other.");
  }

  private static Optional<Unusable> lagging() {
    return unusable(
        "ListingsInconsistent",
        "The S3 store does not list an object that was just written, so what is still needed could"
            + " be taken for garbage.");
  }

  private static Optional<Unusable> unusable(String reason, String what) {
    return Optional.of(
        new Unusable(
            reason,
            what
                + " No run is started. Use a store with atomic conditional writes; docs/storage.md"
                + " lists them."));
  }

  private static Optional<Unusable> silent(String key) {
    return Optional.of(
        new Unusable(
            "EndpointUnreachable", "The S3 store lost the answer to " + key + ": try again."));
  }
}
