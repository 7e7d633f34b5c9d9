package dev.intermission.djl.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFolderTest {

  @TempDir private Path folder;
  private long now = 1_000_000;

  @Test
  void aResumeLeavesEachStepOnce() throws IOException {
    write(0, 10, 20, 30);
    write(20, 30, 40); // 30 was written by a process that was killed before it was saved

    assertThat(steps()).containsExactly(0L, 10L, 20L, 0L, 21L, 30L, 40L);
  }

  @Test
  void aResumeFromBeforeAWholeFileRemovesIt() throws IOException {
    write(0, 10, 20);
    write(20, 30, 40);
    write(40, 50);
    write(10, 20);

    assertThat(steps()).containsExactly(0L, 10L, 0L, 11L, 20L);
  }

  @Test
  void resumingTwiceFromOneStepLeavesNoEmptyFile() throws IOException {
    write(0, 10);
    write(10);
    write(10);
    write(10, 20);

    assertThat(files()).hasSize(2);
    assertThat(steps()).containsExactly(0L, 10L, 0L, 11L, 20L);
  }

  @Test
  void aTrainingThatBeginsAnewBeginsItsCurvesAnew() throws IOException {
    write(0, 10, 20);
    write(0, 10);

    assertThat(steps()).containsExactly(0L, 1L, 10L);
  }

  @Test
  void whatAKilledProcessLeftHalfWrittenIsCutOff() throws IOException {
    write(0, 10, 20);
    Files.write(files().getFirst(), new byte[] {9, 0, 0}, StandardOpenOption.APPEND);

    write(20, 30);

    assertThat(steps()).containsExactly(0L, 10L, 20L, 0L, 21L, 30L);
  }

  @Test
  void readersFindTheFilesInTheOrderOfTheirSteps() throws IOException {
    write(0, 999);
    now = 5_000; // a node whose clock is behind
    write(999, 10_000);

    assertThat(steps()).containsExactly(0L, 999L, 0L, 1_000L, 10_000L);
  }

  @Test
  void filesOfOthersAreLeftAlone() throws IOException {
    var theirs = Files.writeString(folder.resolve("events.out.tfevents.1.host"), "theirs");

    write(0, 10);

    assertThat(theirs).hasContent("theirs");
  }

  @Test
  void whatIsWrittenCanBeReadWhileTrainingGoesOn() throws IOException {
    try (var events = open(0)) {
      events.scalars(10, Map.of("train/loss", 1.0));

      assertThat(steps()).containsExactly(0L, 10L);
    }
  }

  private void write(long resumed, long... steps) throws IOException {
    try (var events = open(resumed)) {
      for (var step : steps) events.scalars(step, Map.of("train/loss", 1.0));
    }
  }

  private EventFolder open(long resumed) throws IOException {
    now++;
    return EventFolder.open(folder, resumed, () -> Instant.ofEpochMilli(now));
  }

  /** Of every event of every file, as a reader goes through them; 0 is what a file begins with. */
  private List<Long> steps() throws IOException {
    var steps = new ArrayList<Long>();
    for (var file : files()) {
      var content = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      for (var event = Record.next(content); event.isPresent(); event = Record.next(content))
        steps.add(Event.stepOf(event.get()));
      assertThat(content.hasRemaining()).as("torn").isFalse();
    }
    return steps;
  }

  private List<Path> files() throws IOException {
    try (var files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
