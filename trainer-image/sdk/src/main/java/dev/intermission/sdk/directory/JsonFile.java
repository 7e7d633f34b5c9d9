package dev.intermission.sdk.directory;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A small JSON file with one writing process: readers see the old content or the new one, never a
 * mixture.
 *
 * <p>Safe for use by several threads. Files get the umask's mode, so that a reader of the same
 * group can read them.
 */
public final class JsonFile<T> {

  private final Path path;
  private final Json<T> json;

  JsonFile(Path path, Json<T> json) {
    this.path = path;
    this.json = json;
  }

  public Path path() {
    return path;
  }

  /**
   * The content; empty when there is none, or when what is there is not (yet) JSON of this kind: a
   * foreign trainer may write in place, so half a file means "look again later", never an error.
   *
   * @throws UncheckedIOException the directory cannot be read at all
   */
  public Optional<T> read() {
    try {
      return Optional.of(json.decode().decode(Files.readAllBytes(path)));
    } catch (NoSuchFileException | JsonProcessingException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot read " + path + "; is the volume mounted and readable?", e);
    }
  }

  /**
   * Replaces the content by a rename; it survives the end of this process, not the end of the
   * machine.
   */
  public void replace(T value) {
    write(value, Persistence.PROCESS);
  }

  /**
   * As {@link #replace}, and the content is on disk before it becomes visible: for what must
   * survive a crash of the machine.
   */
  public void replaceDurably(T value) {
    write(value, Persistence.MACHINE);
  }

  /**
   * Tells a reader that looks at every step whether it must read again; costs one {@code stat} a
   * look.
   */
  public FileWatch<T> watch() {
    return new FileWatch<>(this);
  }

  private enum Persistence {
    PROCESS,
    MACHINE
  }

  private void write(T value, Persistence persistence) {
    // One name per thread: two threads of the writer never share a temporary file.
    var temporary =
        path.resolveSibling(
            "." + path.getFileName() + "." + Thread.currentThread().threadId() + ".tmp");
    try {
      var bytes = ByteBuffer.wrap(json.encode().encode(value));
      try (var channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        while (bytes.hasRemaining()) channel.write(bytes);
        if (persistence == Persistence.MACHINE) channel.force(true);
      } // dies here: a temporary file that nobody reads and the next write of this thread truncates
      Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot replace " + path + "; is the volume full or read-only?", e);
    }
  }
}
