package dev.intermission.agent.script;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A file in which a script keeps its step: a number, a line of a log, JSON. The last number counts.
 */
final class StepFile {

  private static final Pattern NUMBER = Pattern.compile("(?<![0-9.])[0-9]{1,18}(?![0-9.])");
  private static final long LONGEST_BYTES = 1 << 20;

  private StepFile() {}

  /** Empty when there is no such file, or no whole number in it. */
  static Optional<Long> read(Path file) throws IOException {
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > LONGEST_BYTES)
        return Optional.empty();
      var text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
      return NUMBER
          .matcher(text)
          .results()
          .map(found -> Long.valueOf(found.group()))
          .reduce((_, last) -> last);
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }
}
