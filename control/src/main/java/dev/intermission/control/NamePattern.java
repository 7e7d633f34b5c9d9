package dev.intermission.control;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How a script names its complete checkpoints, such as {@code checkpoint-{step}}, {@code
 * epoch=*-step={step}.ckpt} or {@code last.pt}. {@code {step}} stands for a number and {@code *}
 * for anything; both stay within one name.
 */
public final class NamePattern {

  private static final String STEP = "{step}";
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{step}|\\*+");

  /** What stands for {@code *} in a name that is made and not found. */
  private static final String RESUMED = "resumed";

  private final String text;
  private final Pattern names;

  private NamePattern(String text, Pattern names) {
    this.text = text;
    this.names = names;
  }

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException it contains a slash, is empty, or has {@code {step}} twice
   */
  public static NamePattern parse(String text) {
    if (text.isBlank() || text.contains("/") || text.equals(".") || text.equals("..")) {
      throw new IllegalArgumentException("\"" + text + "\" is no name of a file or folder");
    }
    if (text.indexOf(STEP) != text.lastIndexOf(STEP)) {
      throw new IllegalArgumentException("\"" + text + "\" has {step} twice");
    }
    return new NamePattern(text, Pattern.compile(expression(text)));
  }

  /** Whether the step stands in the name. */
  public boolean hasStep() {
    return text.contains(STEP);
  }

  /** Whether a complete checkpoint may have this name. */
  public boolean matches(String name) {
    return names.matcher(name).matches();
  }

  /** The step that stands in {@code name}; empty when there is none in the pattern. */
  public Optional<Long> step(String name) {
    var match = names.matcher(name);
    return hasStep() && match.matches()
        ? Optional.of(Long.valueOf(match.group("step")))
        : Optional.empty();
  }

  /**
   * A name of this pattern for {@code step} that can be told without looking into the directory, so
   * that a script's arguments can be written before there is one. With {@code *} in the pattern, or
   * with leading zeros, the script wrote another one.
   */
  public String nameAt(long step) {
    return text.replace(STEP, Long.toString(step)).replaceAll("\\*+", RESUMED);
  }

  @Override
  public String toString() {
    return text;
  }

  private static String expression(String text) {
    var literals =
        PLACEHOLDER
            .splitAsStream(text)
            .map(literal -> literal.isEmpty() ? "" : Pattern.quote(literal))
            .collect(Collectors.toList());
    var expression = new StringBuilder(literals.isEmpty() ? "" : literals.removeFirst());
    var placeholders = PLACEHOLDER.matcher(text);
    while (placeholders.find()) {
      expression.append(placeholders.group().equals(STEP) ? "(?<step>[0-9]{1,18})" : ".*");
      if (!literals.isEmpty()) expression.append(literals.removeFirst());
    }
    return expression.toString();
  }
}
