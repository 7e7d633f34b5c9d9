package dev.intermission.checkpoint.save;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.FencingToken;
import dev.intermission.checkpoint.layout.Sha256;
import dev.intermission.checkpoint.manifest.Manifest;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.protocol.Claim;
import dev.intermission.checkpoint.restore.CheckpointReader;
import dev.intermission.checkpoint.testing.Fault;
import dev.intermission.checkpoint.testing.Invariants;
import dev.intermission.checkpoint.testing.TestingJob;
import dev.intermission.checkpoint.testing.TestingStore;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.checkpoint.verify.Verification;
import dev.intermission.checkpoint.verify.Verifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small files share chunks: on the way in, while the trainer writes, on the way out, damaged. */
class SharedChunkTest {

  /**
   * Under it {@code config} and {@code mean} are one chunk, {@code sampler} and {@code tail} one.
   */
  private static final Cutting CUTTING = new Cutting(1000, 200);

  private static final List<String> SHORT = List.of("config", "mean", "sampler", "tail");
  private static final String NESTED = "folder/nested";

  @TempDir Path folder;
  private final TestingStore store = new TestingStore();
  private TestingJob job;
  private CheckpointWriter writer;
  private Claim claim;
  private Path source;

  @BeforeEach
  void claim() throws IOException {
    job = new TestingJob(store, store.clock(), folder);
    job.seal(Optional.empty(), 1, Optional.empty());
    claim = job.claim(1, "pod-a");
    writer = job.writer(CUTTING);
    source = Files.createDirectories(folder.resolve("source"));
    for (var name : SHORT) write(name, name + " has some content");
    write("mean", "x".repeat(49)); // so long that the chance ends a chunk behind it
    write("weights", "a".repeat(1000) + "b".repeat(1000) + "c".repeat(500));
    write("empty", "");
  }

  @Test
  void filesComeBackFromTheChunksThatTheyShare() throws IOException {
    Files.createDirectories(source.resolve(NESTED).getParent());
    write(NESTED, "deep");

    var saved = save(1);

    assertThat(contents(manifest(saved)))
        .containsExactly(
            "[weights]",
            "[weights]",
            "[weights]",
            "[config, empty, folder/nested, mean]",
            "[sampler, tail]");
    assertRestores(saved);
    assertThat(whole(saved, Mode.READ)).isInstanceOf(Verification.Verified.class);
    Invariants.hold(store, TestingJob.LAYOUT);
  }

  @Test
  void onlySharedChunksThatChangedAreSentAgain() throws IOException {
    save(1);
    write("tail", "another content of the tail");

    var saved = save(2);

    assertThat(saved.sentBytes()).isEqualTo(Files.size(source.resolve("sampler")) + 27);
    assertThat(manifest(saved).chunks().filter(chunk -> chunk.key().endsWith("-2-1-2"))).hasSize(1);
    assertRestores(saved);
  }

  @Test
  void nothingIsSentAgainWhenAFileChangesItsPlaceOnly() throws IOException {
    save(1);
    Files.delete(source.resolve("empty"));
    write("nothing", "");

    assertThat(save(2).sentBytes()).isZero();
  }

  @Test
  void eachShortFileHasItsSumAndALongOneHasThoseOfItsChunks() {
    var files = manifest(save(1)).parts().getFirst().files();

    assertThat(files)
        .filteredOn(file -> file.sum().isPresent())
        .extracting(file -> file.path())
        .containsExactlyElementsOf(SHORT);
    assertThat(files)
        .filteredOn(file -> file.path().equals("mean"))
        .extracting(file -> file.sum().orElseThrow().hex())
        .containsExactly(Sha256.hex("x".repeat(49).getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aSharedChunkThatRestsIsSentEarlyButNotTheLastOne() throws IOException {
    early();
    assertThat(early()).isEqualTo(2500 + bytes("config", "mean"));
    assertThat(early()).isZero();

    var saved = save(5);

    assertThat(saved.sentBytes()).isEqualTo(bytes("sampler", "tail"));
    assertRestores(saved);
  }

  @Test
  void aSharedChunkIsNotSentEarlyWhileOneOfItsFilesChanges() throws IOException {
    early();
    write("config", "is written at this moment, again");
    assertThat(early()).isEqualTo(2500);
    assertThat(early()).isEqualTo(bytes("config", "mean"));
  }

  @Test
  void aFileThatJoinsASharedChunkWhichWasSentIsInTheCheckpoint() throws IOException {
    early();
    early();
    write("data", "comes late");
    early();
    early(); // not a second time: it begins with the same file

    var saved = save(5);

    assertThat(saved.sentBytes()).isEqualTo(bytes("config", "data", "mean", "sampler", "tail"));
    assertRestores(saved);
  }

  @Test
  void aFolderOfVeryManyFilesIsLeftToTheSave() throws IOException {
    for (var i = 0; i < 10_000; i++) Files.createFile(source.resolve("empty-" + i));
    early();
    assertThat(early()).isZero();
    for (var i = 0; i < 100; i++) Files.delete(source.resolve("empty-" + i));
    early();
    assertThat(early()).isEqualTo(2500 + bytes("config", "mean"));
  }

  @Test
  void aFileThatShrinksInASharedChunkTearsTheSaveByName() {
    var request = request(1);
    store.before(2, () -> write("sampler", "")); // with the third piece of the weights
    assertThatThrownBy(() -> writer.save(claim, request))
        .isInstanceOf(StoreException.DirectoryTorn.class)
        .hasMessageContaining("source/sampler changed while it was saved: it became shorter");
    assertThat(job.head().orElseThrow().head().manifest()).isEmpty();
  }

  @Test
  void aFileThatGrowsOrComesBehindItsSharedChunkTearsTheSaveByName() {
    var request = request(1);
    store.before(4, () -> write("config", "has been sent, and becomes longer now"));
    assertThatThrownBy(() -> writer.save(claim, request))
        .isInstanceOf(StoreException.DirectoryTorn.class)
        .hasMessageContaining("source/config changed while it was saved: its length");
    store.before(0, () -> write("zoo", "new")); // the new chunk of "config" is sent
    assertThatThrownBy(() -> writer.save(claim, request))
        .isInstanceOf(StoreException.DirectoryTorn.class)
        .hasMessageContaining("source/zoo changed while it was saved: it is new");
    assertThat(job.head().orElseThrow().head().manifest()).isEmpty();
  }

  @Test
  void aFileThatDisappearsFromASharedChunkTearsTheSaveByName() {
    var request = request(1);
    store.before(2, () -> delete("tail"));
    assertThatThrownBy(() -> writer.save(claim, request))
        .isInstanceOf(StoreException.DirectoryTorn.class)
        .hasMessageContaining("source/tail");
  }

  @Test
  void theDamagedFileIsNamedAndNotItsNeighbours() {
    var saved = save(1);
    var key = keyOf(saved, "tail");
    var bytes = store.bytes(key);
    bytes[bytes.length - 1] ^= 1;
    store.overwrite(key, bytes);

    assertThatThrownBy(() -> restore(saved.manifest()))
        .isInstanceOf(StoreException.Damaged.class)
        .hasMessageContaining(key + " has sum ")
        .hasMessageContaining("In it lie files \"sampler\", \"tail\"; damaged: \"tail\".");
    assertThat(defect(saved, Mode.READ)).contains("; damaged: \"tail\". Nothing was changed");
    assertThat(defect(saved, Mode.ATTESTED))
        .contains(key)
        .contains("\"sampler\", \"tail\". Nothing");
    assertNothingIsLeft();
  }

  @Test
  void aSharedChunkThatIsGoneOrCutNamesItsFiles() {
    var saved = save(1);
    var key = keyOf(saved, "config");
    var bytes = store.bytes(key);
    store.overwrite(key, Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> restore(saved.manifest()))
        .hasMessageContaining((bytes.length - 1) + " of " + bytes.length + " bytes")
        .hasMessageContaining("In it lie files \"config\", \"mean\"");
    store.remove(key);
    assertThatThrownBy(() -> restore(saved.manifest()))
        .hasMessageContaining("is gone. In it lie files \"config\", \"mean\"");
    assertThat(defect(saved, Mode.READ)).contains("is gone. In it lie files");
    assertNothingIsLeft();
  }

  /** Every chunk is whole, but the lengths of two files are exchanged. */
  @Test
  void filesThatAreCutInTheWrongPlaceAreNotRestored() {
    var saved = save(1);
    var swapped =
        text(saved)
            .replace("\"tail\",\"bytes\":21", "\"tail\",\"bytes\":20")
            .replace("\"sampler\",\"bytes\":24", "\"sampler\",\"bytes\":25")
            .getBytes(StandardCharsets.UTF_8);
    var forged = ManifestRef.of(1, new FencingToken(1, 2), Sha256.hex(swapped));
    store.overwrite(TestingJob.LAYOUT.manifest(forged.name()), swapped);

    assertThatThrownBy(() -> restore(forged))
        .isInstanceOf(StoreException.Damaged.class)
        .hasMessageContaining("is not cut as the manifest says")
        .hasMessageContaining("damaged: \"sampler\", \"tail\"");
    assertNothingIsLeft();
  }

  @Test
  void chunksWhoseAnswersBrokeOffAreReadOnceMore() throws IOException {
    var saved = save(1);
    for (var call = 1; call <= 7; call += 2) store.fail(call, Fault.LOSE_ANSWER);
    assertRestores(saved);
  }

  private long early() {
    return writer.sendEarly(5, claim.token(), claim.head().manifest(), source, 100);
  }

  private SaveRequest request(long step) {
    return new SaveRequest(step, 0, 1, source, Optional.empty(), false);
  }

  private SaveResult save(long step) {
    var saved = writer.save(claim, request(step));
    claim = saved.claim();
    return saved;
  }

  private Manifest manifest(SaveResult saved) {
    return new ManifestStore(store, TestingJob.LAYOUT).read(saved.manifest());
  }

  private String text(SaveResult saved) {
    var key = TestingJob.LAYOUT.manifest(saved.manifest().name());
    return new String(store.bytes(key), StandardCharsets.UTF_8);
  }

  private static List<String> contents(Manifest manifest) {
    return manifest
        .placements()
        .map(place -> place.files().stream().map(file -> file.path()).toList().toString())
        .toList();
  }

  private String keyOf(SaveResult saved, String file) {
    return TestingJob.LAYOUT.chunks()
        + manifest(saved)
            .placements()
            .filter(place -> place.files().stream().anyMatch(one -> one.path().equals(file)))
            .findFirst()
            .orElseThrow()
            .chunk()
            .key();
  }

  private Verification whole(SaveResult saved, Mode mode) {
    return new Verifier(store, TestingJob.LAYOUT, TestingJob.BUDGET, store.clock())
        .verify(saved.manifest(), mode, Optional.empty());
  }

  private String defect(SaveResult saved, Mode mode) {
    return ((Verification.Defective) whole(saved, mode)).what();
  }

  private void restore(ManifestRef ref) {
    new CheckpointReader(store, TestingJob.LAYOUT, TestingJob.BUDGET, store.clock())
        .restore(ref, 0, folder.resolve("restored"));
  }

  private void assertRestores(SaveResult saved) throws IOException {
    restore(saved.manifest());
    try (var files = Files.walk(source)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var restored = folder.resolve("restored").resolve(source.relativize(file));
        assertThat(restored).hasSameBinaryContentAs(file);
      }
    }
    try (var there = Files.walk(folder.resolve("restored"));
        var here = Files.walk(source)) {
      assertThat(there).hasSameSizeAs(here.toList());
    }
  }

  private void assertNothingIsLeft() {
    assertThat(folder.resolve("restored")).doesNotExist();
    assertThat(folder.resolve("restored.restoring")).doesNotExist();
  }

  private long bytes(String... names) throws IOException {
    var sum = 0L;
    for (var name : names) sum += Files.size(source.resolve(name));
    return sum;
  }

  private void write(String name, String text) {
    try {
      var next = folder.resolve("next");
      Files.writeString(next, text);
      Files.move(next, source.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void delete(String name) {
    try {
      Files.delete(source.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
