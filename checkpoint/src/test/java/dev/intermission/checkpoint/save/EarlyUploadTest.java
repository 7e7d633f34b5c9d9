package dev.intermission.checkpoint.save;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.protocol.Claim;
import dev.intermission.checkpoint.restore.CheckpointReader;
import dev.intermission.checkpoint.testing.Fault;
import dev.intermission.checkpoint.testing.Invariants;
import dev.intermission.checkpoint.testing.TestingJob;
import dev.intermission.checkpoint.testing.TestingStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is sent while the trainer still writes, and what that is worth at the commit. */
class EarlyUploadTest {

  private static final int CHUNK = 1000; // as TestingJob's writer has it
  private static final int ALL = 100;

  @TempDir Path folder;
  private final TestingStore store = new TestingStore();
  private TestingJob job;
  private CheckpointWriter writer;
  private Claim claim;
  private Path unfinished;

  @BeforeEach
  void claim() throws IOException {
    job = new TestingJob(store, store.clock(), folder);
    job.seal(Optional.empty(), 1, Optional.empty());
    claim = job.claim(1, "pod-a");
    writer = job.writer();
    unfinished = Files.createDirectories(folder.resolve("5.tmp"));
  }

  @Test
  void whatAGrowingFileHasLeftBehindIsSentBeforeTheStepIsComplete() throws IOException {
    append("weights", text('a', 500));
    assertThat(early()).isZero(); // nobody knows yet that it grows
    append("weights", text('b', 2000));
    assertThat(early()).isEqualTo(2 * CHUNK);
    append("weights", text('c', 100));
    var saved = writer.save(claim, renamed());
    assertThat(saved.sentBytes()).isEqualTo(600); // the last chunk
    assertThat(saved.bytes()).isEqualTo(2600);
    assertRestored(saved, text('a', 500) + text('b', 2000) + text('c', 100));
  }

  @Test
  void afterTheLastChunkACommitCostsTwoRoundTrips() throws IOException {
    append("weights", text('a', 1000) + text('b', 1000) + text('c', 500));
    assertThat(early()).isZero();
    assertThat(early()).isEqualTo(2500); // it rests
    var request = renamed();
    var before = store.calls();
    var saved = writer.save(claim, request);
    assertThat(saved.sentBytes()).isZero();
    assertThat(calls(before))
        .satisfiesExactly(
            manifest -> assertThat(manifest).contains("create").contains("/manifests/"),
            head -> assertThat(head).contains("swap").endsWith("/HEAD"));
  }

  @Test
  void aHeaderThatIsRewrittenLastIsSentAgainAndTheCheckpointHasTheNewOne() throws IOException {
    append("weights", text('?', CHUNK) + text('b', CHUNK) + "end");
    early();
    assertThat(early()).isEqualTo(2 * CHUNK + 3);
    overwrite("weights", "header"); // same length
    var saved = writer.save(claim, renamed());
    assertThat(saved.sentBytes()).isEqualTo(CHUNK);
    assertRestored(saved, "header" + text('?', CHUNK - 6) + text('b', CHUNK) + "end");
  }

  @Test
  void aFileThatIsRewrittenWithoutAChangeOfLengthOrTimeIsSeenAllTheSame() throws IOException {
    append("weights", text('a', 500));
    early();
    early();
    var file = unfinished.resolve("weights");
    var time = Files.getLastModifiedTime(file);
    overwrite("weights", "x");
    Files.setLastModifiedTime(file, time);
    var saved = writer.save(claim, renamed());
    assertRestored(saved, "x" + text('a', 499));
  }

  @Test
  void aFileThatIsRenamedBeforeTheStepIsCompleteIsNotSentAgain() throws IOException {
    append("part", text('a', 1500));
    early();
    assertThat(early()).isEqualTo(1500);
    Files.move(unfinished.resolve("part"), unfinished.resolve("weights"));
    var saved = writer.save(claim, renamed());
    assertThat(saved.sentBytes()).isZero();
    assertRestored(saved, text('a', 1500));
  }

  @Test
  void aFileThatIsLaidOutInFullLengthIsLeftAloneUntilItRests() throws IOException {
    append("weights", text('a', 1000) + text('b', 1000) + text('c', 1000));
    early();
    overwrite("weights", "filling");
    Files.setLastModifiedTime(
        unfinished.resolve("weights"), java.nio.file.attribute.FileTime.fromMillis(1));
    assertThat(early()).isZero();
    assertThat(early()).isEqualTo(3000);
  }

  @Test
  void aFileThatShrinksWhileItIsSentEarlyIsLeftToTheSave() throws IOException {
    append("weights", text('a', 1000) + text('b', 1000));
    early();
    store.before(0, () -> replace("weights", "short")); // as its first chunk is on the way
    assertThat(early()).isEqualTo(CHUNK);
    var saved = writer.save(claim, renamed());
    assertThat(saved.sentBytes()).isEqualTo(5);
    assertRestored(saved, "short");
  }

  @Test
  void aSliceIsSentEarlyOnlyOnce() throws IOException {
    append("weights", text('a', 10));
    early();
    assertThat(early()).isEqualTo(10);
    assertThat(early()).isZero();
  }

  @Test
  void noMoreIsSentAtOnceThanAskedFor() throws IOException {
    append("weights", text('a', 500) + text('b', 1000) + text('c', 1500));
    early(1);
    assertThat(early(1)).isEqualTo(CHUNK);
    assertThat(early(1)).isEqualTo(CHUNK);
  }

  @Test
  void anAbandonedStepLeavesOnlyOrphans() throws IOException {
    append("weights", text('a', 2000));
    early();
    early();
    Files.delete(unfinished.resolve("weights"));
    Files.delete(unfinished);
    assertThat(early()).isZero(); // the folder is gone
    assertThat(job.head().orElseThrow().head().manifest()).isEmpty();
    claim = job.save(claim, 6, "later");
    Invariants.hold(store, TestingJob.LAYOUT);
  }

  @Test
  void whatWasSentForOneStepIsNotUsedForAnother() throws IOException {
    append("weights", text('a', 700));
    early();
    early();
    var directory = Files.move(unfinished, folder.resolve("6"));
    var saved = writer.save(claim, new SaveRequest(6, 0, 1, directory, Optional.empty(), false));
    assertThat(saved.sentBytes()).isEqualTo(700);
    Invariants.hold(store, TestingJob.LAYOUT);
  }

  @Test
  void aSaveThatFailedSendsOnlyTheRestWhenItIsTriedAgain() throws IOException {
    append("weights", text('a', 1000) + text('b', 1000) + text('c', 500));
    var request = renamed();
    for (var call = 2; call < 7; call++) store.fail(call, Fault.LOSE_REQUEST); // the third chunk
    assertThatThrownBy(() -> writer.save(claim, request))
        .isInstanceOf(StoreException.EndpointUnreachable.class);
    store.heal();
    var saved = writer.save(claim, request);
    assertThat(saved.sentBytes()).isEqualTo(500);
    assertRestored(saved, text('a', 1000) + text('b', 1000) + text('c', 500));
  }

  @Test
  void whatWasSentTooLongAgoIsNotCommitted() throws IOException {
    append("weights", text('a', 700));
    early();
    early();
    store.advance(TestingJob.GRACE); // a sweep may have listed it meanwhile
    var request = renamed();
    assertThatThrownBy(() -> writer.save(claim, request))
        .isInstanceOf(StoreException.SaveTooOld.class);
    assertThat(job.head().orElseThrow().head().manifest()).isEmpty();
  }

  private long early() {
    return early(ALL);
  }

  private long early(int atMost) {
    return writer.sendEarly(5, claim.token(), claim.head().manifest(), unfinished, atMost);
  }

  private SaveRequest renamed() throws IOException {
    var directory = folder.resolve("5");
    Files.move(unfinished, directory, StandardCopyOption.ATOMIC_MOVE);
    return new SaveRequest(5, 0, 1, directory, Optional.empty(), false);
  }

  private void append(String name, String text) throws IOException {
    Files.writeString(
        unfinished.resolve(name), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private void overwrite(String name, String start) throws IOException {
    Files.writeString(unfinished.resolve(name), start, StandardOpenOption.WRITE);
  }

  private void replace(String name, String text) {
    try {
      Files.writeString(unfinished.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void assertRestored(SaveResult saved, String weights) {
    var target = folder.resolve("restored");
    new CheckpointReader(store, TestingJob.LAYOUT, TestingJob.BUDGET, store.clock())
        .restore(saved.manifest(), 0, target);
    assertThat(target.resolve("weights")).hasContent(weights);
    Invariants.hold(store, TestingJob.LAYOUT);
  }

  private List<String> calls(int from) {
    return store.log().subList(from, store.calls());
  }

  private static String text(char letter, int length) {
    return String.valueOf(letter).repeat(length);
  }
}
