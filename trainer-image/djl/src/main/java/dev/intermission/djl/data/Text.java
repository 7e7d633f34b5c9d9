package dev.intermission.djl.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * A text as numbers of its own alphabet; the last tenth is for validation.
 *
 * @param alphabet its different characters, ascending: a character's number is its place
 * @param numbers one for each character; not copied, treat as constant
 */
public record Text(String name, String alphabet, short[] numbers) {

  private static final int VALIDATION_SHARE = 10;

  /** A stretch of the text, from its first character on. */
  public record Range(int from, int length) {}

  /** Isaac Newton's Opticks of 1730; source and licence stand beside the resource. */
  public static Text opticks() {
    try (var resource = Text.class.getResourceAsStream("opticks.txt")) {
      return of("opticks", new String(resource.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("Opticks is missing from the class path", e);
    }
  }

  /** A file in UTF-8. */
  public static Text read(Path file) {
    try {
      return of(file.getFileName().toString(), Files.readString(file));
    } catch (IOException e) {
      throw new IllegalArgumentException("--text %s cannot be read: %s".formatted(file, e), e);
    }
  }

  /** Any text at all. */
  public static Text of(String name, String content) {
    var alphabet =
        content
            .chars()
            .distinct()
            .sorted()
            .mapToObj(Character::toString)
            .collect(Collectors.joining());
    var numbers = new short[content.length()];
    for (var i = 0; i < numbers.length; i++)
      numbers[i] = (short) alphabet.indexOf(content.charAt(i));
    return new Text(name, alphabet, numbers);
  }

  /** Tells it from any other text, also of the same name. */
  public String digest() {
    return ContentDigest.of(
        out -> {
          out.writeInt(alphabet.length());
          out.writeChars(alphabet);
          for (var number : numbers) out.writeShort(number);
        });
  }

  public int at(int place) {
    return numbers[place] & 0xFFFF;
  }

  public Range training() {
    return new Range(0, numbers.length - validation().length());
  }

  public Range validation() {
    var length = numbers.length / VALIDATION_SHARE;
    return new Range(numbers.length - length, length);
  }
}
