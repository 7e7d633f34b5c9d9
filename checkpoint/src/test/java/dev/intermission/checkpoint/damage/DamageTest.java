package dev.intermission.checkpoint.damage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.Quarantine;
import dev.intermission.checkpoint.protocol.Rollback;
import dev.intermission.checkpoint.protocol.SealOutcome;
import dev.intermission.checkpoint.s3.S3ObjectStore;
import dev.intermission.checkpoint.testing.TestingMinio;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.checkpoint.verify.Verification.Defective;
import dev.intermission.checkpoint.verify.Verification.Verified;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Objects of a checkpoint are damaged in a real store; its parent is used. */
class DamageTest {

  /** Which object suffers what, and what is said about it. */
  record Case(
      String name,
      BiFunction<DamagedJob, ManifestRef, String> object,
      BiConsumer<DamagedJob, String> damage,
      String says) {

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> damages() {
    return Stream.of(
        new Case("a flipped bit in a chunk", DamageTest::weights, DamageTest::flip, "instead of"),
        new Case("a chunk that is cut off", DamageTest::weights, DamageTest::cut, " of 750 bytes"),
        new Case("a chunk with more at its end", DamageTest::weights, DamageTest::grow, "751 of"),
        new Case("an empty chunk", DamageTest::weights, DamageTest::empty, "0 of 750 bytes"),
        new Case("a missing chunk", DamageTest::weights, DamagedJob::delete, "is gone"),
        new Case("a flipped bit in the manifest", DamagedJob::manifestKey, DamageTest::flip, "sum"),
        new Case("a manifest that is cut off", DamagedJob::manifestKey, DamageTest::cut, "sum"),
        new Case("an empty manifest", DamagedJob::manifestKey, DamageTest::empty, "sum"),
        new Case("a missing manifest", DamagedJob::manifestKey, DamagedJob::delete, "is gone"));
  }

  /** What a manifest with its own right sum is made to say, and what is said about that. */
  record Forgery(String name, UnaryOperator<String> change, String says) {

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Forgery> forgeries() {
    return Stream.of(
        forgery("a path that climbs out", "\"weights\"", "\"../weights\"", "leaves"),
        forgery("an absolute path", "\"weights\"", "\"/weights\"", "leaves"),
        forgery("the same name twice", "\"frozen\"", "\"weights\"", "twice"),
        forgery("a size that does not add up", ":750", ":751", "have 764 bytes, its chunks 763"),
        forgery("a negative size", ":750", ":-750", "-750"),
        forgery("a chunk from elsewhere", "\"key\":\"", "\"key\":\"../../", "key"),
        forgery("another step than in its name", "\"step\":300", "\"step\":301", "it is 0"),
        forgery("two workers of which one saved", "\"worldSize\":1", "\"worldSize\":2", "part"),
        forgery("no parts", "\"parts\":", "\"nothing\":", "parts"));
  }

  private static Forgery forgery(String name, String word, String by, String says) {
    var first = Pattern.compile(word, Pattern.LITERAL);
    return new Forgery(
        name, text -> first.matcher(text).replaceFirst(Matcher.quoteReplacement(by)), says);
  }

  @TempDir Path folder;
  private S3ObjectStore store;
  private DamagedJob job;
  private ManifestRef first;
  private ManifestRef parent;
  private ManifestRef newest;
  private Path target;

  @BeforeEach
  void threeCheckpoints() {
    store = TestingMinio.open();
    job = new DamagedJob(store, folder);
    job.begin();
    first = job.save(10);
    parent = job.save(20);
    newest = job.save(300);
    target = folder.resolve("resume");
  }

  @AfterEach
  void close() {
    store.close();
  }

  @ParameterizedTest
  @MethodSource("damages")
  void isNamedAndNothingIsRestoredAndTheParentIsUsed(Case damage) {
    var key = damage.object().apply(job, newest);
    damage.damage().accept(job, key);

    for (var mode : new Mode[] {Mode.ATTESTED, Mode.READ}) {
      assertThat(job.verify(newest, mode))
          .as("%s", mode)
          .isInstanceOfSatisfying(
              Defective.class,
              found -> assertThat(found.what()).contains(key).contains(damage.says()));
    }
    assertThatThrownBy(() -> job.restore(newest, target))
        .isInstanceOf(StoreException.Damaged.class)
        .hasMessageContaining(key)
        .hasMessageContaining(damage.says());
    assertNothingWasRestored();

    assertThat(job.wayBack(newest).to()).contains(parent);
    job.quarantine(newest);
    assertThat(job.leave(parent)).isInstanceOf(SealOutcome.Sealed.class);
    assertRestores(job.head().orElseThrow().head().manifest().orElseThrow(), 20);
  }

  /** HEAD vouches for it, and its bytes are what HEAD says: only reading it tells. */
  @ParameterizedTest
  @MethodSource("forgeries")
  void aManifestThatLiesIsNamedAndNothingIsRestoredAndTheParentIsUsed(Forgery lie) {
    var forged = job.forge(newest, lie.change());
    job.pointHeadAt(forged);

    for (var mode : new Mode[] {Mode.ATTESTED, Mode.READ}) {
      assertThat(job.verify(forged, mode))
          .as("%s", mode)
          .isInstanceOfSatisfying(
              Defective.class,
              found -> assertThat(found.what()).contains(forged.name()).contains(lie.says()));
    }
    assertThatThrownBy(() -> job.restore(forged, target))
        .isInstanceOf(StoreException.Damaged.class)
        .hasMessageContaining(forged.name())
        .hasMessageContaining(lie.says());
    assertNothingWasRestored();

    job.quarantine(forged);
    assertThat(job.wayBack(forged).to()).contains(parent);
    assertThat(job.leave(parent)).isInstanceOf(SealOutcome.Sealed.class);
    assertRestores(job.head().orElseThrow().head().manifest().orElseThrow(), 20);
  }

  @Test
  void theWayBackGoesPastWhatIsDamagedQuarantinedOrAboutToBeDeleted() {
    var marked = job.save(400);
    var quarantined = job.save(500);
    var damaged = job.save(600);
    var head = job.save(700);
    job.delete(job.chunkKey(damaged, "weights"));
    job.quarantine(quarantined);
    store.createOnce(job.layout().mark(marked.name()), mark());

    var way = job.wayBack(head);

    assertThat(way.to()).contains(newest);
    assertThat(way.passed())
        .extracting(passed -> passed.step() + ": " + passed.why())
        .satisfiesExactly(
            said -> assertThat(said).startsWith("600: ").contains("is gone"),
            said -> assertThat(said).isEqualTo("500: It is quarantined."),
            said -> assertThat(said).startsWith("400: ").contains("about to be deleted"));
  }

  @Test
  void withEveryAncestorDamagedThereIsNoWayBackAndEachIsNamed() {
    job.delete(job.chunkKey(first, "frozen")); // all of them have it

    var way = job.wayBack(newest);

    assertThat(way.to()).isEmpty();
    assertThat(way.passed()).extracting(passed -> passed.step()).containsExactly(20L, 10L);
  }

  @Test
  void twoUnreadableManifestsInARowAreGonePast() {
    job.delete(job.manifestKey(newest));
    flip(job, job.manifestKey(parent));

    var way = job.wayBack(newest);

    assertThat(way.to()).contains(first);
    assertThat(way.passed())
        .singleElement()
        .satisfies(passed -> assertThat(passed.why()).contains(parent.name()));
  }

  @Test
  void whatARollbackAbandonedIsNotTakenForAParentThatCannotBeRead() {
    assertThat(job.rollBack(first)).isInstanceOf(SealOutcome.Sealed.class); // 300 is abandoned
    job.claim();
    var child = job.save(40);
    var grandchild = job.save(310);
    job.delete(job.manifestKey(grandchild));

    assertThat(job.wayBack(grandchild).to()).contains(child);
  }

  /** A rollback back up: what was trained in between has a later token and is no ancestor. */
  @Test
  void whatWasWrittenLaterIsNoParentOfOneThatCannotBeRead() {
    job.rollBack(first);
    job.claim();
    job.save(15);
    var run = job.head().orElseThrow().head().run() + 1;
    var up = job.seal().seal(job.head(), run, Optional.of(new Rollback("asked again", parent)));
    assertThat(up).isInstanceOf(SealOutcome.Sealed.class);
    job.delete(job.manifestKey(parent));

    assertThat(job.wayBack(parent).to()).contains(first);
  }

  @Test
  void aForeignObjectAmongTheManifestsIsNoWayBack() {
    job.delete(job.manifestKey(newest));
    job.delete(job.manifestKey(parent));
    store.createOnce(job.layout().manifests() + "readme.txt", mark());
    store.createOnce(
        job.layout().manifest("00000000000000000015-1-2-0123456789abcdef.json"), mark());
    store.createOnce(
        job.layout().manifest("99999999999999999999-0-0-0123456789abcdef.json"), mark());

    assertThat(job.wayBack(newest).to()).contains(first);
  }

  @Test
  void aQuarantinedCheckpointIsNeitherSealedNorRolledBackTo() {
    job.quarantine(parent);
    assertThat(job.rollBack(parent))
        .isInstanceOfSatisfying(
            SealOutcome.Quarantined.class,
            refused -> {
              assertThat(refused.manifest()).isEqualTo(parent);
              assertThat(refused.why().message()).isEqualTo("a chunk is gone");
            });
    job.quarantine(newest);
    var before = job.head();
    assertThat(job.seal().seal(before, 2, Optional.empty()))
        .isInstanceOf(SealOutcome.Quarantined.class);
    assertThat(job.leave(parent)).isInstanceOf(SealOutcome.Quarantined.class);
    assertThat(job.head()).isEqualTo(before);
    assertThat(job.seal().fence(before.orElseThrow(), 2)).isInstanceOf(SealOutcome.Sealed.class);
  }

  @Test
  void goingPastADamagedCheckpointDoesNotApplyAnOldRollbackAgain() {
    job.rollBack(first);
    job.claim();
    var later = job.save(400);
    job.quarantine(later);

    job.leave(first);

    var head = job.head().orElseThrow().head();
    assertThat(head.manifest()).contains(first);
    assertThat(head.rolledBack()).contains("asked");
  }

  @Test
  void aNoteIsShortWhateverAStoreAnswered() {
    job.quarantines().add(newest.name(), Quarantine.damaged("x".repeat(1 << 20), Instant.EPOCH));

    assertThat(job.bytes(job.layout().quarantine(newest.name())).length).isLessThan(5000);
    assertThat(job.quarantines().find(newest.name())).isPresent();
  }

  @Test
  void theFirstNoteAboutAManifestStands() {
    job.quarantine(newest);
    job.quarantines()
        .add(
            newest.name(),
            dev.intermission.checkpoint.protocol.Quarantine.damaged(
                "something else", java.time.Instant.now()));
    assertThat(job.quarantines().find(newest.name()).orElseThrow().message())
        .isEqualTo("a chunk is gone");
    assertThat(job.quarantines().names()).containsExactly(newest.name());
  }

  @Test
  void aNoteThatCannotBeReadStillQuarantines() {
    job.quarantine(newest);
    job.overwrite(job.layout().quarantine(newest.name()), "{".getBytes(UTF_8));
    assertThat(job.quarantines().find(newest.name())).isPresent();
    assertThat(job.seal().seal(job.head(), 2, Optional.empty()))
        .isInstanceOf(SealOutcome.Quarantined.class);
  }

  @Test
  void aSaveTakesOverNoChunkOfAQuarantinedCheckpoint() {
    job.overwrite(job.chunkKey(newest, "frozen"), "NEVER changes".getBytes(UTF_8));
    assertThat(job.verify(job.save(301), Mode.ATTESTED))
        .as("the damaged chunk was taken over")
        .isInstanceOf(Defective.class);
    job.quarantine(job.head().orElseThrow().head().manifest().orElseThrow());

    var saved = job.save(302);

    assertThat(job.verify(saved, Mode.READ)).isInstanceOf(Verified.class);
    assertRestores(saved, 302);
  }

  private void assertNothingWasRestored() {
    assertThat(target).doesNotExist();
    assertThat(folder.resolve("resume.restoring")).doesNotExist();
  }

  private void assertRestores(ManifestRef ref, long step) {
    job.restore(ref, target);
    assertThat(target.resolve("weights")).hasContent(DamagedJob.weights(step));
    assertThat(Files.exists(folder.resolve("resume.restoring"))).isFalse();
  }

  private static String weights(DamagedJob job, ManifestRef ref) {
    return job.chunkKey(ref, "weights");
  }

  private static void flip(DamagedJob job, String key) {
    var bytes = job.bytes(key);
    bytes[bytes.length / 2] ^= 1;
    job.overwrite(key, bytes);
  }

  private static void cut(DamagedJob job, String key) {
    var bytes = job.bytes(key);
    job.overwrite(key, Arrays.copyOf(bytes, bytes.length - 1));
  }

  private static void grow(DamagedJob job, String key) {
    var bytes = job.bytes(key);
    job.overwrite(key, Arrays.copyOf(bytes, bytes.length + 1));
  }

  private static void empty(DamagedJob job, String key) {
    job.overwrite(key, new byte[0]);
  }

  private static dev.intermission.checkpoint.s3.Payload mark() {
    return dev.intermission.checkpoint.s3.Payload.Bytes.of("{}".getBytes(UTF_8));
  }
}
