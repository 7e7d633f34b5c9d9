package dev.intermission.checkpoint.failure;

import java.util.stream.Collectors;

/** Words of a damaged or foreign object, made fit for a message: short, and on one line. */
public final class Excerpt {

  private static final int LONGEST = 300;

  private Excerpt() {}

  /** The beginning of {@code text}, with control characters shown as {@code ?}. */
  public static String of(String text) {
    var cut = text.length() > LONGEST;
    var start = cut ? text.substring(0, LONGEST) : text;
    var line =
        start
            .codePoints()
            .mapToObj(c -> Character.isISOControl(c) ? "?" : Character.toString(c))
            .collect(Collectors.joining());
    return cut ? line + "…" : line;
  }
}
