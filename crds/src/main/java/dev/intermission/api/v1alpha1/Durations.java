package dev.intermission.api.v1alpha1;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Reads and writes durations as the API does: whole hours, minutes, seconds and milliseconds,
 * largest first, as in {@code 1h30m}.
 */
public final class Durations {

  /**
   * What the schema demands of a duration; kept here so that the parser and the schema cannot
   * differ.
   */
  public static final String PATTERN =
      "^([0-9]{1,6}h)?([0-9]{1,6}m)?([0-9]{1,6}s)?([0-9]{1,6}ms)?$";

  private static final Pattern PARTS =
      Pattern.compile(
          "^(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6})s)?(?:([0-9]{1,6})ms)?$");

  private Durations() {}

  /**
   * The duration that {@code text} names.
   *
   * @throws IllegalArgumentException the text is not a duration; the message shows how one is
   *     written
   */
  public static Duration parse(String text) {
    var parts = PARTS.matcher(text);
    if (text.isEmpty() || !parts.matches())
      throw new IllegalArgumentException(
          "'%s' is not a duration; write it like 90s, 10m or 1h30m".formatted(text));
    return Duration.ofHours(number(parts.group(1)))
        .plusMinutes(number(parts.group(2)))
        .plusSeconds(number(parts.group(3)))
        .plusMillis(number(parts.group(4)));
  }

  /** The shortest text that {@link #parse} reads as {@code duration}, to the millisecond. */
  public static String format(Duration duration) {
    var text = new StringBuilder();
    append(text, duration.toHours(), "h");
    append(text, duration.toMinutesPart(), "m");
    append(text, duration.toSecondsPart(), "s");
    append(text, duration.toMillisPart(), "ms");
    return text.isEmpty() ? "0s" : text.toString();
  }

  private static void append(StringBuilder text, long amount, String unit) {
    if (amount > 0) text.append(amount).append(unit);
  }

  private static long number(String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
