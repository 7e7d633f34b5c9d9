package dev.intermission.checkpoint.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.protocol.Head;
import dev.intermission.checkpoint.protocol.HeadObject;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.checkpoint.verify.Verification;
import dev.intermission.checkpoint.verify.Verifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * What must be true after whatever happened: the promises of the specification, as predicates over
 * a store and all HEADs it ever had.
 */
public final class Invariants {

  private Invariants() {}

  /** All of them. */
  public static void hold(TestingStore store, Layout layout) {
    var heads = heads(store, layout);
    headNeverGoesBack(heads, store, layout);
    onlyTheClaimerMovesACheckpoint(heads);
    noTwoHeadsAreEqual(store);
    theNewestCheckpointIsWhole(store, layout);
  }

  /** A committed step is never lost, but by a rollback on record, or past a quarantined one. */
  static void headNeverGoesBack(List<Head> heads, TestingStore store, Layout layout) {
    for (var i = 1; i < heads.size(); i++) {
      var before = heads.get(i - 1);
      var after = heads.get(i);
      var quarantined =
          before.manifest().filter(ref -> store.keys().contains(layout.quarantine(ref.name())));
      if (after.rolledBack().equals(before.rolledBack()) && quarantined.isEmpty()) {
        assertThat(after.step())
            .as("step of %s after %s", after, before)
            .isGreaterThanOrEqualTo(before.step());
      }
      assertThat(after.token()).as("token").isGreaterThanOrEqualTo(before.token());
    }
  }

  /**
   * A commit changes neither run, writerEpoch nor pod, and its manifest carries the claimer's
   * token.
   */
  static void onlyTheClaimerMovesACheckpoint(List<Head> heads) {
    for (var i = 1; i < heads.size(); i++) {
      var before = heads.get(i - 1);
      var after = heads.get(i);
      if (after.manifest().equals(before.manifest())) continue;
      if (!after.rolledBack().equals(before.rolledBack())) continue;
      assertThat(after.token()).isEqualTo(before.token());
      assertThat(after.pod()).isPresent().isEqualTo(before.pod());
      assertThat(after.manifest().orElseThrow().name()).contains("-" + after.token() + "-");
    }
  }

  /** An ETag names one HEAD: it is a sum of the content on many stores. */
  static void noTwoHeadsAreEqual(TestingStore store) {
    var seen = new HashSet<String>();
    for (var head : store.heads()) assertThat(seen.add(new String(head))).isTrue();
  }

  /** HEAD's manifest and every chunk of it are there and right. */
  static void theNewestCheckpointIsWhole(TestingStore store, Layout layout) {
    var ref = new HeadObject(store, layout).read().flatMap(now -> now.head().manifest());
    if (ref.isEmpty()) return;
    var none =
        new RetryBudget(
            1, java.time.Duration.ofMillis(1), java.time.Duration.ofMillis(1), _ -> true);
    assertThat(
            new Verifier(store, layout, none, store.clock())
                .verify(ref.get(), Mode.READ, Optional.empty()))
        .isInstanceOf(Verification.Verified.class);
  }

  private static List<Head> heads(TestingStore store, Layout layout) {
    var parsed = new ArrayList<Head>();
    for (var bytes : store.heads()) {
      var one = new TestingStore();
      one.overwrite(layout.head(), bytes);
      parsed.add(new HeadObject(one, layout).read().orElseThrow().head());
    }
    return parsed;
  }
}
