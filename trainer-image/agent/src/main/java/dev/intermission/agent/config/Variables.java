package dev.intermission.agent.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads variables one by one and remembers everything that is wrong, to say it all at once. */
final class Variables {

  private final Map<String, String> values;
  private final List<String> problems = new ArrayList<>();

  Variables(Map<String, String> values) {
    this.values = values;
  }

  /** Empty counts as absent: a Helm value that nobody set arrives as an empty string. */
  Optional<String> optional(String name) {
    return Optional.ofNullable(values.get(name)).map(String::strip).filter(v -> !v.isEmpty());
  }

  String text(String name) {
    return read(name, Optional.empty(), Function.identity());
  }

  /** A value that {@code parse} accepts; its complaint becomes part of the list. */
  <T> T parsed(String name, Function<String, T> parse) {
    return read(name, Optional.empty(), parse);
  }

  long number(String name, long least, Optional<Long> fallback) {
    Long value = read(name, fallback, Long::valueOf);
    if (value == null) return least;
    if (value < least) problems.add(name + ": " + value + " is below " + least);
    return value;
  }

  boolean flag(String name) {
    return optional(name)
        .map(
            value ->
                switch (value) {
                  case "true" -> true;
                  case "false" -> false;
                  default -> {
                    problems.add(name + ": \"" + value + "\" is neither true nor false");
                    yield false;
                  }
                })
        .orElse(false);
  }

  void complain(String problem) {
    problems.add(problem);
  }

  boolean hasProblems() {
    return !problems.isEmpty();
  }

  InvalidConfiguration problems() {
    return new InvalidConfiguration(problems);
  }

  /** Null only when a problem was noted, so that reading goes on to the next variable. */
  private <T> T read(String name, Optional<T> fallback, Function<String, T> parse) {
    var text = optional(name);
    if (text.isEmpty()) {
      if (fallback.isEmpty()) problems.add(name + ": is missing");
      return fallback.orElse(null);
    }
    try {
      return parse.apply(text.get());
    } catch (NumberFormatException _) {
      problems.add(name + ": \"" + text.get() + "\" is not a whole number");
    } catch (IllegalArgumentException e) {
      problems.add(name + ": " + e.getMessage());
    }
    return null;
  }
}
