package dev.intermission.checkpoint.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.layout.Sha256;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.testing.TestingJob;
import dev.intermission.checkpoint.testing.TestingStore;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.checkpoint.verify.Verification;
import dev.intermission.checkpoint.verify.Verifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Restore and verify see the same damage: each case is tried on both. */
class CheckpointReaderTest {

  enum Damage {
    FLIPPED_BIT("has sum", (store, key) -> store.overwrite(key, flipped(store.bytes(key)))),
    TRUNCATED(
        "999 of 1000", (store, key) -> store.overwrite(key, Arrays.copyOf(store.bytes(key), 999))),
    TOO_LONG(
        "1001 of 1000",
        (store, key) -> store.overwrite(key, Arrays.copyOf(store.bytes(key), 1001))),
    MISSING("is gone", TestingStore::remove);

    private final String says;
    private final BiConsumer<TestingStore, String> does;

    Damage(String says, BiConsumer<TestingStore, String> does) {
      this.says = says;
      this.does = does;
    }

    private static byte[] flipped(byte[] bytes) {
      bytes[500] ^= 1;
      return bytes;
    }
  }

  @TempDir Path folder;
  private final TestingStore store = new TestingStore();
  private ManifestRef saved;
  private Path target;

  @BeforeEach
  void save() {
    var job = new TestingJob(store, store.clock(), folder);
    job.seal(Optional.empty(), 1, Optional.empty());
    saved = job.save(job.claim(1, "pod-a"), 7, "w".repeat(1000)).head().manifest().orElseThrow();
    target = folder.resolve("resume");
  }

  @Test
  void theFolderComesBackAsItWasSaved() throws IOException {
    var restored = reader().restore(saved, 0, target);
    assertThat(restored.step()).isEqualTo(7);
    assertThat(restored.files()).isEqualTo(2);
    assertThat(target.resolve("weights")).hasContent("w".repeat(1000));
    assertThat(target.resolve("frozen")).hasContent("never changes");
  }

  @Test
  void anEmptyFolderIsReplacedAndALeftoverOfADeadRestoreIsSweptAway() throws IOException {
    Files.createDirectory(target);
    Files.createDirectories(folder.resolve("resume.restoring/old"));
    reader().restore(saved, 0, target);
    assertThat(target.resolve("old")).doesNotExist();
    assertNoLeftovers();
  }

  @Test
  void aFolderThatIsNotEmptyIsNotTouched() throws IOException {
    Files.createDirectory(target);
    Files.writeString(target.resolve("mine"), "x");
    assertThatThrownBy(() -> reader().restore(saved, 0, target))
        .isInstanceOf(StoreException.DirectoryRefused.class);
    assertThat(target.resolve("mine")).hasContent("x");
    assertNoLeftovers();
  }

  @ParameterizedTest
  @EnumSource
  void aDamagedChunkIsNamedAndNothingIsLeftBehind(Damage damage) {
    var key = chunkOfWeights();
    damage.does.accept(store, key);
    assertThatThrownBy(() -> reader().restore(saved, 0, target))
        .isInstanceOf(StoreException.Damaged.class)
        .hasMessageContaining(key)
        .hasMessageContaining(damage.says);
    assertThat(target).doesNotExist();
    assertNoLeftovers();
    for (var mode : Mode.values()) {
      if (mode == Mode.LENGTH_ONLY) store.withoutSums();
      var lengthHides = mode == Mode.LENGTH_ONLY && damage == Damage.FLIPPED_BIT;
      assertThat(verify(mode))
          .as("%s", mode)
          .isInstanceOf(lengthHides ? Verification.Verified.class : Verification.Defective.class);
    }
  }

  @Test
  void aDamagedManifestIsNamed() {
    var key = TestingJob.LAYOUT.manifest(saved.name());
    store.overwrite(key, "{}".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> reader().restore(saved, 0, target))
        .isInstanceOf(StoreException.Damaged.class)
        .hasMessageContaining(saved.name());
    assertThat(verify(Mode.ATTESTED)).isInstanceOf(Verification.Defective.class);
    store.remove(key);
    assertThat(verify(Mode.ATTESTED))
        .isInstanceOfSatisfying(
            Verification.Defective.class, defect -> assertThat(defect.what()).contains("is gone"));
  }

  @Test
  void aManifestThatClimbsOutOfItsFolderWritesNothing() {
    var evil =
        new String(store.bytes(TestingJob.LAYOUT.manifest(saved.name())), StandardCharsets.UTF_8)
            .replace("\"path\":\"weights\"", "\"path\":\"../escaped\"")
            .getBytes(StandardCharsets.UTF_8);
    var token = new dev.intermission.checkpoint.layout.FencingToken(1, 2);
    var ref = ManifestRef.of(7, token, Sha256.hex(evil));
    store.overwrite(TestingJob.LAYOUT.manifest(ref.name()), evil);
    assertThatThrownBy(() -> reader().restore(ref, 0, target))
        .isInstanceOf(StoreException.Damaged.class);
    assertThat(folder.resolve("escaped")).doesNotExist();
  }

  @Test
  void moreThanTheDiskHoldsIsRefusedBeforeAnyDownload() {
    var huge = Long.MAX_VALUE / 4;
    var bytes =
        new String(store.bytes(TestingJob.LAYOUT.manifest(saved.name())), StandardCharsets.UTF_8)
            .replace("\"bytes\":1000", "\"bytes\":" + huge)
            .getBytes(StandardCharsets.UTF_8);
    var ref =
        ManifestRef.of(
            7, new dev.intermission.checkpoint.layout.FencingToken(1, 2), Sha256.hex(bytes));
    store.overwrite(TestingJob.LAYOUT.manifest(ref.name()), bytes);
    assertThatThrownBy(() -> reader().restore(ref, 0, target))
        .isInstanceOf(StoreException.NoSpace.class)
        .hasMessageContaining("Nothing was downloaded");
    assertThat(store.log()).noneMatch(line -> line.contains("read all"));
    assertNoLeftovers();
  }

  @Test
  void withoutSumsInTheStoreTheBytesAreReadUnlessTheLengthIsAllowed() {
    store.withoutSums();
    assertThat(how(Mode.ATTESTED)).isEqualTo(Mode.READ);
    assertThat(how(Mode.LENGTH_ONLY)).isEqualTo(Mode.LENGTH_ONLY);
  }

  @Test
  void whatTheParentVerifiedIsNotAskedForAgainButForRead() {
    var before = store.calls();
    verifier().verify(saved, Mode.ATTESTED, Optional.of(saved));
    assertThat(store.calls() - before).isEqualTo(2); // the manifest, twice
    before = store.calls();
    verifier().verify(saved, Mode.READ, Optional.of(saved));
    assertThat(store.calls() - before).isEqualTo(3); // the manifest and two chunks
  }

  private Mode how(Mode allowed) {
    return ((Verification.Verified) verify(allowed)).how();
  }

  private Verification verify(Mode allowed) {
    return verifier().verify(saved, allowed, Optional.empty());
  }

  private Verifier verifier() {
    return new Verifier(store, TestingJob.LAYOUT, TestingJob.BUDGET, store.clock());
  }

  private CheckpointReader reader() {
    return new CheckpointReader(store, TestingJob.LAYOUT, TestingJob.BUDGET, store.clock());
  }

  private String chunkOfWeights() {
    var sum = Sha256.hex("w".repeat(1000).getBytes(StandardCharsets.UTF_8));
    Layout layout = TestingJob.LAYOUT;
    return store.keys().stream()
        .filter(key -> key.contains(sum))
        .filter(key -> key.startsWith(layout.chunks()))
        .findFirst()
        .orElseThrow();
  }

  private void assertNoLeftovers() {
    assertThat(folder.resolve("resume.restoring")).doesNotExist();
  }
}
