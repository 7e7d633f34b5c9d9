package dev.intermission.agent.script;

import static dev.intermission.agent.script.TestingFiles.archive;
import static dev.intermission.agent.script.TestingFiles.first;
import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.agent.config.Watch;
import dev.intermission.control.NamePattern;
import dev.intermission.control.PosixSignal;
import dev.intermission.sdk.directory.AgentFile;
import dev.intermission.sdk.directory.ProgressFile;
import dev.intermission.sdk.directory.Request;
import dev.intermission.sdk.directory.Request.At;
import dev.intermission.sdk.directory.SharedDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a script leaves, and what becomes of it in the files of the contract. */
final class StandInTest {

  private static final Duration SETTLE = Duration.ofSeconds(2);

  @TempDir Path root;
  private SharedDirectory directory;
  private Path out;
  private final TestingScript script = new TestingScript();
  private final AtomicLong nanos = new AtomicLong();
  private StandIn standIn;

  @BeforeEach
  void openTheDirectory() throws IOException {
    directory = new SharedDirectory(root);
    out = Files.createDirectory(root.resolve("watched"));
  }

  // --- when a checkpoint is complete

  @Test
  void aFileThatIsStillWrittenIsNeverTakenHoweverSlowlyItGrows() throws IOException {
    watch("model_{step}.pth");
    var whole = archive("weights");
    for (var length = 1; length < whole.length; length += 7) {
      Files.write(out.resolve("model_5.pth"), first(whole, length));
      settle(); // longer than a settled file needs: its own end is missing
      assertThat(taken()).as("with %d bytes", length).isEmpty();
    }

    Files.write(out.resolve("model_5.pth"), whole);
    standIn.look();
    assertThat(taken()).as("it has just changed").isEmpty();
    settle();

    assertThat(taken()).containsExactly(5L);
    assertThat(directory.checkpoints().folder(5).resolve("model_5.pth")).hasBinaryContent(whole);
  }

  @Test
  void anOpaqueFileIsTakenWhenItHasNotChangedForTheWholeSettleTime() throws IOException {
    watch("model_{step}.bin");
    for (var i = 0; i < 5; i++) {
      Files.write(
          out.resolve("model_5.bin"),
          new byte[100],
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      standIn.look();
      wait(SETTLE.minusMillis(1));
      assertThat(taken()).isEmpty();
    }

    settle();

    assertThat(taken()).containsExactly(5L);
  }

  @Test
  void aFileThatAProcessHasOpenForWritingIsNotTaken() throws IOException {
    watch("state");
    Files.write(out.resolve("state"), new byte[8]);
    script.openForWriting.add(Print.Inode.of(out.resolve("state")));
    settle();
    settle();
    assertThat(taken()).isEmpty();

    script.openForWriting.clear();
    standIn.look();

    assertThat(taken()).containsExactly(1L);
  }

  @Test
  void aFolderWithoutItsMarkerIsNotTaken() throws IOException {
    watch("checkpoint-{step}", Optional.of("done"));
    var folder = Files.createDirectory(out.resolve("checkpoint-5"));
    Files.write(folder.resolve("model.pt"), archive("weights"));
    settle();
    settle();
    assertThat(taken()).isEmpty();

    Files.write(folder.resolve("done"), new byte[1]);
    settle();
    settle();

    assertThat(taken()).containsExactly(5L);
  }

  @Test
  void theMarkerOfAnOlderCheckpointOfThatNameDoesNotCount() throws Exception {
    watch("last.bin", Optional.of(".done"));
    Files.write(out.resolve("last.bin"), new byte[8]);
    Files.write(out.resolve("last.bin.done"), new byte[1]);
    settle();
    assertThat(taken()).containsExactly(1L);

    afterATick();
    Files.write(out.resolve("last.bin"), new byte[4]);
    settle();
    settle();

    assertThat(taken()).as("being written over").containsExactly(1L);
  }

  @Test
  void whatTheScriptLeftHalfWrittenAtItsEndIsNeverTaken() throws IOException {
    watch("checkpoint-{step}");
    standIn.look();
    var folder = Files.createDirectory(out.resolve("checkpoint-5"));
    Files.write(folder.resolve("model.pt"), archive("weights")); // and then it is killed
    Files.write(out.resolve("checkpoint-6"), new byte[100]);
    Files.write(out.resolve("checkpoint-7"), first(archive("weights"), 90));

    script.running = false;
    for (var i = 0; i < 10; i++) settle();
    standIn.finish();

    assertThat(taken()).isEmpty();
    assertThat(progress().failed().orElseThrow().message())
        .contains("checkpoint-5, checkpoint-6, checkpoint-7");
  }

  @Test
  void whatIsWholeByItsFormatOrWasRenamedIsTakenAtTheEndWithoutSettling() throws Exception {
    watch("checkpoint-{step}");
    standIn.look();
    Files.write(out.resolve("checkpoint-5"), archive("weights"));
    script.running = false;
    standIn.look();
    assertThat(taken()).containsExactly(5L);

    Files.write(out.resolve("tmp"), new byte[100]);
    afterATick();
    Files.move(out.resolve("tmp"), out.resolve("checkpoint-6"), StandardCopyOption.ATOMIC_MOVE);
    standIn.finish();

    assertThat(taken()).containsExactly(5L, 6L);
  }

  @Test
  void anOpaqueFolderOfAScriptThatNobodyCanSeeWaitsForNewsOfItsDeath() throws IOException {
    script.seen = false;
    watch("checkpoint-{step}");
    var folder = Files.createDirectory(out.resolve("checkpoint-5"));
    Files.write(folder.resolve("model.pt"), archive("weights"));
    settle();
    settle();
    assertThat(taken()).as("perhaps it was killed, and we are told soon").isEmpty();

    wait(Duration.ofSeconds(10));

    assertThat(taken()).containsExactly(5L);
  }

  @Test
  void temporaryNamesAndLinksAreNoCheckpoints() throws IOException {
    watch("checkpoint-{step}");
    Files.write(out.resolve("tmp-checkpoint-5"), archive("weights"));
    Files.write(out.resolve("checkpoint-5.tmp"), archive("weights"));
    Files.createSymbolicLink(out.resolve("checkpoint-6"), Path.of("tmp-checkpoint-5"));

    settle();
    settle();

    assertThat(taken()).isEmpty();
  }

  @Test
  void aFileThatChangesWhileItIsCopiedIsNotCommitted() throws IOException {
    watch("model_{step}.pth");
    var path = Files.write(out.resolve("model_5.pth"), archive("weights"));
    var seen = new Found(path, Print.of(path).orElseThrow());
    Files.write(path, archive("other weights"));

    assertThat(new Handover(directory).take(seen, 5, Optional.empty())).isFalse();

    assertThat(taken()).isEmpty();
    assertThat(directory.checkpoints().unfinished()).isEmpty();
  }

  // --- steps

  @Test
  void aConstantNameCountsItsCheckpoints() throws Exception {
    watch("last.pt");
    for (var i = 1; i <= 3; i++) {
      Files.write(out.resolve("last.pt"), archive("weights " + i));
      settle();
      settle();
    }

    assertThat(taken()).containsExactly(1L, 2L, 3L);
    assertThat(progress().step()).isEqualTo(3);
  }

  @Test
  void aStepFileSaysTheStepOfAConstantName() throws IOException {
    start(new NamePatternAndStepFile("last.pt", Optional.of("log.csv")), Optional.empty());
    Files.writeString(out.resolve("log.csv"), "step,loss\n40,0.5\n41,0.25");
    Files.write(out.resolve("last.pt"), archive("weights"));

    settle();
    settle();

    assertThat(taken()).containsExactly(41L);
  }

  @Test
  void ofSeveralCompleteOnesTheNewestStepIsTaken() throws IOException {
    watch("model_{step}.pth");
    for (var step : new int[] {9, 10, 8}) {
      Files.write(out.resolve("model_" + step + ".pth"), archive("weights"));
    }

    settle();
    settle();
    settle();

    assertThat(taken()).containsExactly(10L);
  }

  // --- the start

  @Test
  void theScriptMayNotStartBeforeItsCheckpointLiesWhereItWroteIt() throws IOException {
    restored(500, "checkpoint-500/model.pt");
    start(new NamePatternAndStepFile("checkpoint-{step}", Optional.empty()), Optional.of(500L));

    assertThat(directory.progress().read().map(ProgressFile::step)).contains(500L);
    assertThat(out.resolve("checkpoint-500/model.pt")).exists();
    settle();
    settle();
    assertThat(taken()).as("what was restored is nothing new").isEmpty();
  }

  @Test
  void aNameThatCannotBeToldBeforehandIsLinked() throws IOException {
    restored(500, "epoch=3-step=500.ckpt");

    start(
        new NamePatternAndStepFile("epoch=*-step={step}.ckpt", Optional.empty()),
        Optional.of(500L));

    assertThat(out.resolve("epoch=resumed-step=500.ckpt")).isSymbolicLink().exists();
  }

  @Test
  void aRestartOfTheAgentMovesNothingTwiceAndTakesNothingTwice() throws IOException {
    restored(500, "checkpoint-500/model.pt");
    start(new NamePatternAndStepFile("checkpoint-{step}", Optional.empty()), Optional.of(500L));
    Files.write(out.resolve("checkpoint-600"), archive("weights"));
    settle();
    settle();
    assertThat(taken()).containsExactly(600L);
    Files.move(
        directory.checkpoints().folder(600),
        root.resolve("uploaded"),
        StandardCopyOption.ATOMIC_MOVE);

    start(new NamePatternAndStepFile("checkpoint-{step}", Optional.empty()), Optional.of(500L));
    settle();
    settle();

    assertThat(taken()).isEmpty();
  }

  @Test
  void aScriptThatBeganAnewIsFoundOut() throws IOException {
    restored(500, "checkpoint-500/model.pt");
    start(new NamePatternAndStepFile("checkpoint-{step}", Optional.empty()), Optional.of(500L));

    Files.write(out.resolve("checkpoint-100"), archive("weights"));
    settle();
    settle();

    assertThat(taken()).isEmpty();
    assertThat(progress().firstStep()).contains(100L);
    assertThat(progress().failed().orElseThrow().message()).contains("did not go on from there");
  }

  // --- requests

  @Test
  void aRequestIsASignalAndTheNextCheckpointItsAnswer() throws Exception {
    watch("model_{step}.pth");
    Files.write(out.resolve("model_5.pth"), archive("weights"));
    settle();
    settle();
    afterATick();

    ask(7);
    standIn.look();
    assertThat(script.asked).isEqualTo(1);
    assertThat(progress().armed()).contains(7L);
    assertThat(progress().held()).as("that one was there before").isEmpty();

    Files.write(out.resolve("model_8.pth"), archive("weights"));
    settle();
    settle();

    assertThat(progress().held()).contains(7L);
    assertThat(progress().step()).isEqualTo(8);
    assertThat(requestOf(8)).contains(7L);
    assertThat(script.stopped).isTrue();
    assertThat(script.asked).as("asked once").isEqualTo(1);
  }

  @Test
  void aCheckpointThatWasWrittenBeforeTheRequestDoesNotAnswerIt() throws Exception {
    watch("model_{step}.pth");
    Files.write(out.resolve("model_5.pth"), archive("weights"));
    afterATick();

    ask(7);
    settle();
    settle();

    assertThat(taken()).containsExactly(5L);
    assertThat(requestOf(5)).isEmpty();
    assertThat(progress().held()).isEmpty();
  }

  @Test
  void aScriptThatSavesAndExitsAnswersAtOnce() throws IOException {
    watch("model_{step}.pth");
    standIn.look();
    ask(7);
    standIn.look();

    Files.write(out.resolve("model_8.pth"), archive("weights"));
    script.running = false;
    standIn.look();

    assertThat(progress().held()).contains(7L);
    assertThat(requestOf(8)).contains(7L);
  }

  @Test
  void whileHeldNothingIsTakenAndToContinueEndsIt() throws IOException {
    watch("model_{step}.pth");
    ask(7);
    Files.write(out.resolve("model_8.pth"), archive("weights"));
    settle();
    settle();
    Files.write(out.resolve("model_9.pth"), archive("weights"));
    settle();
    settle();
    assertThat(taken()).containsExactly(8L);

    directory.control().replace(new Request.Continue(7));
    standIn.look();

    assertThat(script.stopped).isFalse();
    assertThat(progress().held()).isEmpty();
    settle();
    assertThat(taken()).containsExactly(8L, 9L);
  }

  @Test
  void aHigherIdIsAnsweredByWhatIsHeldAlready() throws IOException {
    watch("model_{step}.pth");
    ask(7);
    Files.write(out.resolve("model_8.pth"), archive("weights"));
    settle();
    settle();

    ask(8);
    standIn.look();

    assertThat(progress().held()).contains(8L);
    assertThat(script.asked).isEqualTo(1);
    assertThat(script.stopped).isTrue();
  }

  @Test
  void aRequestThatCameWhileTheScriptWasStartingIsPassedOnWhenItRuns() throws IOException {
    script.running = false;
    watch("model_{step}.pth");
    ask(7);
    standIn.look();
    assertThat(script.asked).isZero();

    script.running = true;
    standIn.look();
    standIn.look();

    assertThat(script.asked).isEqualTo(1);
  }

  @Test
  void whoCannotSeeTheScriptSaysSo() throws IOException {
    script.running = false;
    watch("model_{step}.pth");
    ask(7);

    standIn.look();
    wait(Duration.ofSeconds(21));

    assertThat(progress().failed().orElseThrow().id()).contains(7L);
    assertThat(progress().failed().orElseThrow().message()).contains("can be signalled");
  }

  @Test
  void theAgentsNextProcessGoesOnHoldingAndAsksNotTwice() throws IOException {
    watch("model_{step}.pth");
    ask(7);
    standIn.look();
    start(new NamePatternAndStepFile("model_{step}.pth", Optional.empty()), Optional.empty());
    assertThat(script.asked).isEqualTo(1);
    Files.write(out.resolve("model_8.pth"), archive("weights"));
    settle();
    settle();
    script.stopped = false;

    start(new NamePatternAndStepFile("model_{step}.pth", Optional.empty()), Optional.empty());

    assertThat(script.stopped).isTrue();
    assertThat(progress().held()).contains(7L);
  }

  private record NamePatternAndStepFile(String pattern, Optional<String> stepFile) {}

  private void watch(String pattern) throws IOException {
    start(new NamePatternAndStepFile(pattern, Optional.empty()), Optional.empty());
  }

  private void watch(String pattern, Optional<String> marker) {
    start(
        new Watch(
            out,
            NamePattern.parse(pattern),
            Optional.empty(),
            new Watch.Complete(SETTLE, marker),
            Optional.of(PosixSignal.SIGTERM)),
        Optional.empty());
  }

  private void start(NamePatternAndStepFile how, Optional<Long> restored) {
    start(
        new Watch(
            out,
            NamePattern.parse(how.pattern()),
            how.stepFile(),
            new Watch.Complete(SETTLE, Optional.empty()),
            Optional.of(PosixSignal.SIGTERM)),
        restored);
  }

  private void start(Watch watch, Optional<Long> restored) {
    standIn = new StandIn(watch, directory, script, nanos::get);
    standIn.look();
    assertThat(directory.progress().read().isPresent() && directory.agent().read().isEmpty())
        .as("a script that starts before the restore")
        .isFalse();
    directory.agent().replace(AgentFile.starting().withRestored(restored));
    standIn.look();
  }

  private void restored(long step, String file) throws IOException {
    var path = directory.resume().resolve(file);
    Files.createDirectories(path.getParent());
    Files.write(path, archive("weights of " + step));
    Files.writeString(directory.resume().resolve("checkpoint.json"), "{\"step\": " + step + "}");
  }

  private void ask(long id) {
    directory.control().replace(new Request.Checkpoint(id, new At.Next(), true));
    standIn.look();
  }

  /** The stand-in sees what is there, and sees it again when it has not changed for long enough. */
  private void settle() {
    standIn.look();
    wait(SETTLE);
  }

  private void wait(Duration time) {
    nanos.addAndGet(time.toNanos());
    standIn.look();
  }

  /** Until the file system's clock shows another time. */
  private void afterATick() throws IOException {
    TestingFiles.afterTheTickOf(Files.write(root.resolve("tick"), new byte[1]));
  }

  private Set<Long> taken() {
    return directory.checkpoints().complete().keySet();
  }

  private ProgressFile progress() {
    return directory.progress().read().orElseThrow();
  }

  private Optional<Long> requestOf(long step) {
    return SharedDirectory.declaration(directory.checkpoints().folder(step))
        .read()
        .orElseThrow()
        .requestId();
  }
}
