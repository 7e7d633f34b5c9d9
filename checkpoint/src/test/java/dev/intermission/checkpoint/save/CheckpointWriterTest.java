package dev.intermission.checkpoint.save;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.protocol.Claim;
import dev.intermission.checkpoint.testing.Fault;
import dev.intermission.checkpoint.testing.Invariants;
import dev.intermission.checkpoint.testing.TestingJob;
import dev.intermission.checkpoint.testing.TestingStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointWriterTest {

  @TempDir Path folder;
  private final TestingStore store = new TestingStore();
  private TestingJob job;
  private Claim claim;

  @BeforeEach
  void claim() {
    job = new TestingJob(store, store.clock(), folder);
    job.seal(Optional.empty(), 1, Optional.empty());
    claim = job.claim(1, "pod-a");
  }

  @Test
  void onlyChunksThatHeadsManifestListsAreReused() {
    claim = job.save(claim, 1, "a");
    claim = job.save(claim, 2, "b");
    var third = job.writer().save(claim, job.request(3, "a")); // the bytes of step 1 come again
    var chunks =
        new ManifestStore(store, TestingJob.LAYOUT).read(third.manifest()).chunks().toList();
    assertThat(chunks)
        .anyMatch(chunk -> chunk.key().endsWith("-1-1-2")); // frozen, by way of step 2
    assertThat(chunks)
        .anyMatch(chunk -> chunk.key().endsWith("-3-1-2")); // "a" is not step 1's object
    assertThat(third.sentBytes()).isEqualTo(1);
  }

  @Test
  void aSaveOfTheSameStepThatAnswersARequestIsCommittedWithoutSendingAnythingTwice() {
    claim = job.save(claim, 1, "a");
    var plain = job.request(1, "a");
    var asked = new SaveRequest(1, 0, 1, plain.directory(), Optional.of(9L), false);
    var result = job.writer().save(claim, asked);
    assertThat(result.sentBytes()).isZero();
    assertThat(job.head().orElseThrow().head().manifest()).contains(result.manifest());
    assertThat(new ManifestStore(store, TestingJob.LAYOUT).read(result.manifest()).requestId())
        .contains(9L);
  }

  /** Its chunks have the same keys, and no sweep takes them while their token lasts. */
  @Test
  void aStepThatIsTooOldStaysRefusedAndTheNextStepAndTheNextRunAreSaved() {
    var first = job.request(1, "a");
    store.fail(3, Fault.DENY); // HEAD's swap, behind two chunks and the manifest
    assertThatThrownBy(() -> job.writer().save(claim, first)).isInstanceOf(StoreException.class);
    store.heal();
    store.advance(TestingJob.GRACE);
    for (var again = 0; again < 3; again++) {
      assertThatThrownBy(() -> job.writer().save(claim, first))
          .isInstanceOf(StoreException.SaveTooOld.class);
    }

    assertThat(job.save(claim, 2, "a").head().step()).isEqualTo(2);
    job.seal(2);
    assertThat(job.save(job.claim(2, "pod-b"), 3, "a").head().step()).isEqualTo(3);
  }

  @Test
  void afterTheLastChunkTwoRoundTripsCommit() {
    claim = job.save(claim, 1, "a");

    claim = job.save(claim, 2, "x".repeat(2500));

    var calls = store.log().stream().map(call -> call.substring(call.indexOf(' ') + 1)).toList();
    var lastChunk = calls.stream().filter(call -> call.contains("/chunks/")).toList().getLast();
    assertThat(calls.subList(calls.lastIndexOf(lastChunk) + 1, calls.size()))
        .containsExactly(
            "create " + TestingJob.LAYOUT.manifest(claim.head().manifest().orElseThrow().name()),
            "swap " + TestingJob.LAYOUT.head());
  }

  @Test
  void aFileLongerThanAChunkIsCutAndComesBackWhole() throws IOException {
    var request = job.request(1, "x".repeat(2500));
    var result = job.writer().save(claim, request);
    var manifest = new ManifestStore(store, TestingJob.LAYOUT).read(result.manifest());
    assertThat(manifest.chunks())
        .extracting(chunk -> chunk.bytes())
        .containsExactly(13L, 1000L, 1000L, 500L);
    assertThat(manifest.objects()).isEqualTo(4); // the two equal chunks are one object
  }

  @Test
  void aSymbolicLinkIsRefusedByName() throws IOException {
    var request = job.request(1, "a");
    Files.createSymbolicLink(request.directory().resolve("link"), Path.of("weights"));
    assertThatThrownBy(() -> job.writer().save(claim, request))
        .isInstanceOf(StoreException.DirectoryRefused.class)
        .hasMessageContaining("link is a symbolic link");
    assertThat(job.head().orElseThrow().head().manifest()).isEmpty();
  }

  @Test
  void aPipeIsRefusedByName() throws Exception {
    var request = job.request(1, "a");
    var pipe = request.directory().resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThatThrownBy(() -> job.writer().save(claim, request))
        .isInstanceOf(StoreException.DirectoryRefused.class)
        .hasMessageContaining("pipe is neither a file nor a folder");
  }

  @Test
  void aFolderThatIsNotThereIsRefused() {
    var request = new SaveRequest(1, 0, 1, folder.resolve("nowhere"), Optional.empty(), false);
    assertThatThrownBy(() -> job.writer().save(claim, request))
        .isInstanceOf(StoreException.DirectoryRefused.class);
  }

  /** In the manifest it stands three levels deeper, and a reader goes 1000 deep. */
  @Test
  void aDeclarationThatIsNestedTooDeepIsRefusedByNameAndOneThatIsNotComesBack() throws IOException {
    var request = job.request(1, "a");
    Files.writeString(request.directory().resolve("checkpoint.json"), nested(998));
    assertThatThrownBy(() -> job.writer().save(claim, request))
        .isInstanceOf(StoreException.DirectoryRefused.class)
        .hasMessageContaining("checkpoint.json is nested deeper than 997 levels");

    Files.writeString(request.directory().resolve("checkpoint.json"), nested(997));
    var saved = job.writer().save(claim, request).manifest();
    var manifest = new ManifestStore(store, TestingJob.LAYOUT).read(saved);
    assertThat(manifest.parts().getFirst().declared()).hasToString(nested(997));
  }

  private static String nested(int levels) {
    return "{\"a\":".repeat(levels) + "1" + "}".repeat(levels);
  }

  @Test
  void aDeclarationThatIsNotJsonIsRefusedByName() throws IOException {
    var request = job.request(1, "a");
    Files.writeString(request.directory().resolve("checkpoint.json"), "{oops");
    assertThatThrownBy(() -> job.writer().save(claim, request))
        .isInstanceOf(StoreException.DirectoryRefused.class)
        .hasMessageContaining("checkpoint.json is not JSON");
  }

  @Test
  void aFileThatShrinksWhileItIsSavedTearsTheSaveAndNothingIsCommitted() {
    var request = job.request(1, "x".repeat(2500));
    var weights = request.directory().resolve("weights");
    store.before(
        1,
        () ->
            truncate(weights)); // the first call sends "frozen", the second one the first chunk of
    // weights
    assertThatThrownBy(() -> job.writer().save(claim, request))
        .isInstanceOf(StoreException.DirectoryTorn.class)
        .hasMessageContaining("weights");
    assertThat(job.head().orElseThrow().head().manifest()).isEmpty();
  }

  @Test
  void aGangIsCommittedByRank0WhenAllPartsOfTheRosterAreThere() throws IOException {
    var session = new Session(claim.token(), Map.of(0, "pod-a", 1, "pod-b"));
    job.writer().savePart(session, Optional.empty(), ofRank(1, 2));
    var result = job.writer().save(claim, session, ofRank(0, 2));
    var manifest = new ManifestStore(store, TestingJob.LAYOUT).read(result.manifest());
    assertThat(manifest.parts())
        .extracting(part -> part.podUid())
        .containsExactly("pod-a", "pod-b");
    Invariants.hold(store, TestingJob.LAYOUT);
  }

  @Test
  void aPartOfAnotherIncarnationIsNeverCommitted() throws IOException {
    var zombie = new Session(claim.token(), Map.of(0, "pod-a", 1, "zombie"));
    job.writer().savePart(zombie, Optional.empty(), ofRank(1, 2));
    var session = new Session(claim.token(), Map.of(0, "pod-a", 1, "pod-b"));
    var mine = ofRank(0, 2);
    assertThatThrownBy(() -> job.writer().save(claim, session, mine))
        .isInstanceOf(StoreException.PartsIncomplete.class);
    assertThat(job.head().orElseThrow().head().manifest()).isEmpty();
  }

  @Test
  void ranksThatDoNotAgreeAreNotCommitted() throws IOException {
    var session = new Session(claim.token(), Map.of(0, "pod-a", 1, "pod-b"));
    var one = ofRank(1, 2);
    var finished = new SaveRequest(1, 1, 2, one.directory(), Optional.empty(), true);
    job.writer().savePart(session, Optional.empty(), finished);
    var mine = ofRank(0, 2);
    assertThatThrownBy(() -> job.writer().save(claim, session, mine))
        .isInstanceOf(StoreException.PartsIncomplete.class)
        .hasMessageContaining("do not agree");
  }

  /** The last rank may take minutes, and the others' parts may be long. */
  @Test
  void partsAreReadOnce() throws IOException {
    var session = new Session(claim.token(), Map.of(0, "pod-a", 1, "pod-b", 2, "pod-c"));
    job.writer().savePart(session, Optional.empty(), ofRank(1, 3));
    var mine = ofRank(0, 3);
    var last = ofRank(2, 3);
    store.before(callsUntilTheSecondLook(session, mine), () -> savesPart(session, last));

    var saved = job.writer().save(claim, session, mine).manifest();

    assertThat(new ManifestStore(store, TestingJob.LAYOUT).read(saved).parts()).hasSize(3);
    assertThat(store.log()).filteredOn(call -> call.contains("list ")).hasSizeGreaterThan(1);
    assertThat(store.log())
        .filteredOn(call -> call.contains(" read ") && call.contains("/parts/"))
        .hasSize(2)
        .doesNotHaveDuplicates();
  }

  /** A rank that began anew saves the step once more: what it wrote last counts. */
  @Test
  void aLaterPartOfTheSameRankIsTakenThoughTheEarlierOneWasRead() throws IOException {
    var session = new Session(claim.token(), Map.of(0, "pod-a", 1, "pod-b", 2, "pod-c"));
    job.writer().savePart(session, Optional.empty(), ofRank(1, 3));
    var mine = ofRank(0, 3);
    var last = ofRank(2, 3);
    var again = callsUntilTheSecondLook(session, mine);
    store.before(
        again,
        () -> {
          store.advance(Duration.ofSeconds(1));
          savesPart(session, ofRankOne("later"));
          savesPart(session, last);
        });

    var saved = job.writer().save(claim, session, mine).manifest();

    var parts = new ManifestStore(store, TestingJob.LAYOUT).read(saved).parts();
    assertThat(parts.get(1).bytes()).isEqualTo("later".length());
  }

  private int callsUntilTheSecondLook(Session session, SaveRequest mine) {
    var rehearsal = store.copy();
    var other = new TestingJob(rehearsal, rehearsal.clock(), folder);
    assertThatThrownBy(() -> other.writer().save(claim, session, mine))
        .isInstanceOf(StoreException.PartsIncomplete.class);
    return IntStream.range(0, rehearsal.calls())
        .filter(call -> rehearsal.log().get(call).contains("list "))
        .skip(1)
        .findFirst()
        .orElseThrow();
  }

  private void savesPart(Session session, SaveRequest request) {
    job.writer().savePart(session, Optional.empty(), request);
  }

  /** The other rank re-used a chunk of a manifest that HEAD has left: a sweep may take it. */
  @Test
  void aPartThatNamesAChunkWhichNobodyProtectsIsNotCommitted() throws IOException {
    var session = new Session(claim.token(), Map.of(0, "pod-a", 1, "pod-b"));
    var first = saved(session, Optional.empty(), 1, "x");
    saved(session, first, 2, "y");

    assertThatThrownBy(() -> saved(session, first, 3, "x"))
        .isInstanceOf(StoreException.PartsIncomplete.class)
        .hasMessageContaining("-1-1-2, which neither this save wrote nor HEAD's manifest lists");
    assertThat(job.head().orElseThrow().head().step()).isEqualTo(2);
  }

  /**
   * Both ranks save.
   *
   * @param known the manifest that rank 1 takes for HEAD's
   */
  private Optional<ManifestRef> saved(
      Session session, Optional<ManifestRef> known, long step, String text) throws IOException {
    job.writer().savePart(session, known, ofRank(step, 1, 2, text));
    claim = job.writer().save(claim, session, ofRank(step, 0, 2, "of rank 0")).claim();
    return claim.head().manifest();
  }

  private SaveRequest ofRankOne(String text) {
    try {
      return ofRank(1, 1, 3, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SaveRequest ofRank(int rank, int worldSize) throws IOException {
    return ofRank(1, rank, worldSize, "of rank " + rank);
  }

  private SaveRequest ofRank(long step, int rank, int worldSize, String text) throws IOException {
    var directory = Files.createDirectories(folder.resolve("rank-" + rank));
    Files.writeString(directory.resolve("shard"), text);
    return new SaveRequest(step, rank, worldSize, directory, Optional.empty(), false);
  }

  private static void truncate(Path file) {
    try {
      Files.writeString(file, "short");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
