package dev.intermission.checkpoint.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.Manifest;
import dev.intermission.checkpoint.protocol.Head;
import dev.intermission.checkpoint.protocol.HeadObject;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.checkpoint.verify.Verification;
import dev.intermission.checkpoint.verify.Verifier;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What must be true after whatever happened: the promises of the specification, as predicates over
 * a store and all HEADs it ever had. {@link Witness} asks them at every change.
 */
public final class Invariants {

  private static final RetryBudget ONCE =
      new RetryBudget(1, Duration.ofMillis(1), Duration.ofMillis(1), _ -> true);

  private Invariants() {}

  /** All that can be told from the store alone. */
  public static void hold(TestingStore store, Layout layout) {
    var heads = heads(store, layout);
    for (var i = 1; i < heads.size(); i++) {
      everyChangeOfHeadIsOneMove(
          heads.subList(0, i + 1), name -> store.has(layout.quarantine(name)));
    }
    noTwoHeadsAreEqual(heads);
    theNewestCheckpointIsWhole(store, layout);
  }

  /**
   * HEAD changes only by a seal, a claim, a commit or an un-hold, each of which changes what it may
   * and nothing else. So a committed step is never lost but by a rollback on record or past a
   * quarantined one, and of two writers only the newest claimer moves a checkpoint.
   *
   * @param heads in order; the last change is looked at
   */
  static void everyChangeOfHeadIsOneMove(List<Head> heads, Predicate<String> quarantined) {
    var before = heads.get(heads.size() - 2);
    var after = heads.getLast();
    var kinds = new ArrayList<String>();
    var leaves = before.manifest().filter(ref -> quarantined.test(ref.name())).isPresent();
    if (isSeal(before, after, leaves)) kinds.add("seal");
    if (isClaim(before, after)) kinds.add("claim");
    if (isCommit(before, after)) kinds.add("commit");
    if (isUnhold(before, after)) kinds.add("un-hold");
    assertThat(kinds).as("what turned %s into %s", before, after).hasSize(1);
    var earlier = heads.subList(0, heads.size() - 1);
    if (kinds.contains("claim")) aPodClaimsOnceInItsLife(earlier, after);
    if (!after.rolledBack().equals(before.rolledBack())) aRollbackHappensOnce(earlier, after);
  }

  private static boolean isSeal(Head before, Head after, boolean leaves) {
    var rolledBack = !after.rolledBack().equals(before.rolledBack());
    return after.run() > before.run()
        && after.writerEpoch() == before.writerEpoch() + 1
        && after.seq() == before.seq()
        && after.pod().isEmpty()
        && (rolledBack || leaves || after.manifest().equals(before.manifest()));
  }

  private static boolean isClaim(Head before, Head after) {
    return after.run() == before.run()
        && after.writerEpoch() == before.writerEpoch() + 1
        && after.seq() == before.seq()
        && after.pod().isPresent()
        && after.manifest().equals(before.manifest())
        && after.rolledBack().equals(before.rolledBack());
  }

  private static boolean isCommit(Head before, Head after) {
    return after.token().equals(before.token())
        && after.seq() == before.seq()
        && after.pod().isPresent()
        && after.pod().equals(before.pod())
        && after.step() >= before.step()
        && after.manifest().orElseThrow().name().contains("-" + after.token() + "-")
        && !after.manifest().equals(before.manifest())
        && after.rolledBack().equals(before.rolledBack());
  }

  private static boolean isUnhold(Head before, Head after) {
    return after.token().equals(before.token())
        && after.seq() == before.seq() + 1
        && after.pod().isPresent()
        && after.pod().equals(before.pod())
        && after.manifest().equals(before.manifest())
        && after.rolledBack().equals(before.rolledBack());
  }

  /** A pod that was superseded never takes HEAD back. */
  private static void aPodClaimsOnceInItsLife(List<Head> earlier, Head claim) {
    assertThat(earlier).as("%s claims again", claim).noneMatch(h -> h.pod().equals(claim.pod()));
  }

  private static void aRollbackHappensOnce(List<Head> earlier, Head rollback) {
    assertThat(earlier)
        .as("%s rolls back again", rollback)
        .noneMatch(head -> head.rolledBack().equals(rollback.rolledBack()));
  }

  /** An ETag names one HEAD: it is a sum of the content on many stores. */
  static void noTwoHeadsAreEqual(List<Head> heads) {
    assertThat(new HashSet<>(heads)).hasSameSizeAs(heads);
  }

  /** HEAD's manifest and every chunk of it are there and right. */
  static void theNewestCheckpointIsWhole(TestingStore store, Layout layout) {
    var ref = new HeadObject(store, layout).read().flatMap(now -> now.head().manifest());
    if (ref.isEmpty()) return;
    assertThat(
            new Verifier(store, layout, ONCE, store.clock())
                .verify(ref.get(), Mode.READ, Optional.empty()))
        .isInstanceOf(Verification.Verified.class);
  }

  /** Every file of every rank is what {@link TestingTrainer} wrote after that step, bit for bit. */
  static void isBitForBit(Manifest manifest, TestingStore store, Layout layout) {
    for (var part : manifest.parts()) {
      var bytes = new ByteArrayOutputStream();
      for (var chunk : part.chunks()) {
        var key = layout.chunks() + chunk.key();
        assertThat(store.has(key)).as("chunk %s of checkpoint %d", key, manifest.step()).isTrue();
        bytes.writeBytes(store.bytes(key));
      }
      var at = 0;
      for (var file : part.files()) {
        var end = at + Math.toIntExact(file.bytes());
        assertThat(Arrays.copyOfRange(bytes.toByteArray(), at, end))
            .as("%s of checkpoint %d", file.path(), manifest.step())
            .isEqualTo(TestingTrainer.content(file.path(), manifest.step()));
        at = end;
      }
    }
  }

  /** All parts come from one incarnation of the gang. */
  static void isOfOneIncarnation(Manifest manifest) {
    var incarnations =
        manifest.parts().stream()
            .map(part -> part.podUid().substring(0, part.podUid().lastIndexOf('-')))
            .collect(Collectors.toSet());
    assertThat(incarnations).as("who wrote checkpoint %d", manifest.step()).hasSize(1);
  }

  static List<Head> heads(TestingStore store, Layout layout) {
    var parsed = new ArrayList<Head>();
    for (var bytes : store.heads()) parsed.add(head(bytes, layout));
    return parsed;
  }

  static Head head(byte[] bytes, Layout layout) {
    var one = new TestingStore();
    one.overwrite(layout.head(), bytes);
    return new HeadObject(one, layout).read().orElseThrow().head();
  }
}
