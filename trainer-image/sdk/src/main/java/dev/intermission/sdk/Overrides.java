package dev.intermission.sdk;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Hyperparameters that {@code spec.overrides} sets over what the program itself would take; empty
 * outside Kubernetes. All ranks of a run have the same, and they stay as they are for its life.
 */
public record Overrides(Map<String, String> values) {

  /** The program's own values. */
  public static final Overrides NONE = new Overrides(Map.of());

  public Overrides {
    values = Collections.unmodifiableMap(new TreeMap<>(values));
  }

  /** The value of {@code name}, if it is set. */
  public Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /**
   * The number called {@code name}, if it is set.
   *
   * @throws InvalidOverrides it is no finite number
   */
  public Optional<Double> number(String name) {
    return text(name).map(text -> number(name, text));
  }

  /**
   * The whole number called {@code name}, if it is set.
   *
   * @throws InvalidOverrides it is no whole number
   */
  public Optional<Integer> wholeNumber(String name) {
    return text(name).map(text -> wholeNumber(name, text));
  }

  /**
   * A misspelt name must not train on silently with the old value.
   *
   * @throws InvalidOverrides one is set that is not among {@code known}
   */
  public void requireKnown(Set<String> known) {
    var unknown = new TreeSet<>(values.keySet());
    unknown.removeAll(known);
    if (unknown.isEmpty()) return;
    throw new InvalidOverrides(
        "spec.overrides: this trainer knows no "
            + String.join(", ", unknown)
            + "; it knows "
            + String.join(", ", new TreeSet<>(known))
            + ".");
  }

  private static double number(String name, String text) {
    try {
      var value = Double.parseDouble(text);
      if (Double.isFinite(value)) return value;
    } catch (NumberFormatException _) {
      // as one that is not finite
    }
    throw new InvalidOverrides("spec.overrides." + name + ": \"" + text + "\" is no number.");
  }

  private static int wholeNumber(String name, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException _) {
      throw new InvalidOverrides(
          "spec.overrides." + name + ": \"" + text + "\" is no whole number.");
    }
  }

  /** They cannot be applied; the message names the one and what would do. */
  public static final class InvalidOverrides extends IllegalArgumentException {
    InvalidOverrides(String message) {
      super(message);
    }
  }
}
