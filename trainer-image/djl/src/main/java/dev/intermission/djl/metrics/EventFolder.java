package dev.intermission.djl.metrics;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event files of one training, one for each of its processes. What a process wrote beyond the
 * step that the next one resumes from is cut off, so that each step is there once.
 *
 * <p>For one process at a time. A number is in the operating system's hands when {@link #scalars}
 * returns; a folder that cannot be written is said once and training goes on.
 */
public final class EventFolder implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EventFolder.class);

  private static final String OURS = ".intermission";

  /** After the first step in it, so that readers, who go by name, read in the order of steps. */
  private static final String NAME = "events.out.tfevents.%012d.%d" + OURS;

  private final Path folder;
  private final InstantSource clock;
  private final FileChannel file;
  private boolean broken;

  private EventFolder(Path folder, InstantSource clock, FileChannel file) {
    this.folder = folder;
    this.clock = clock;
    this.file = file;
  }

  /**
   * Opens a new file for the steps after {@code resumed}, 0 for a training that begins, and cuts
   * off what is there of them. Files of other programs are left alone.
   *
   * @throws IOException the folder cannot be made or written
   */
  public static EventFolder open(Path folder, long resumed, InstantSource clock)
      throws IOException {
    Files.createDirectories(folder);
    var before = ours(folder);
    for (var earlier : before) cut(earlier, resumed); // dies between two: the next start cuts both
    var now = clock.instant();
    var name = NAME.formatted(resumed + 1, now.toEpochMilli());
    var events =
        new EventFolder(
            folder,
            clock,
            FileChannel.open(
                folder.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    events.write(Event.version(now));
    if (!before.isEmpty()) events.write(Event.start(now, resumed + 1));
    return events;
  }

  /** Adds the numbers of a step by their tags; those that are not finite too. */
  public void scalars(long step, Map<String, Double> values) {
    if (broken) return;
    try {
      write(Event.scalars(clock.instant(), step, new TreeMap<>(values)));
    } catch (IOException e) {
      broken = true;
      LOG.error(
          "--tensorboard {}: {}. Nothing more is written there; training goes on.", folder, e);
    }
  }

  private void write(byte[] event) throws IOException {
    for (var record = Record.of(event); record.hasRemaining(); ) file.write(record);
  }

  /** Shortens a file to its whole records of steps up to {@code last}; deletes one without any. */
  private static void cut(Path file, long last) throws IOException {
    var content = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    var kept = 0;
    var steps = false;
    for (var event = Record.next(content);
        event.isPresent() && Event.stepOf(event.get()) <= last;
        event = Record.next(content)) {
      kept = content.position();
      steps |= Event.stepOf(event.get()) > 0;
    }
    if (!steps) {
      Files.delete(file);
    } else if (kept < content.capacity()) {
      try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(kept);
      }
    }
  }

  private static List<Path> ours(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(OURS)).sorted().toList();
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      LOG.error("--tensorboard {}: {}. Its last numbers may be missing.", folder, e.toString());
    }
  }
}
