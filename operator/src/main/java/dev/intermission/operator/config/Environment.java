package dev.intermission.operator.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads environment variables and collects every complaint, so that one start shows all of them and
 * nobody mends a deployment one variable at a time.
 */
final class Environment {
  private final Map<String, String> variables;
  private final List<String> complaints = new ArrayList<>();

  Environment(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  /** The value, or nothing when the variable is absent or blank: a chart renders both alike. */
  Optional<String> text(String name) {
    return Optional.ofNullable(variables.get(name)).map(String::strip).filter(v -> !v.isEmpty());
  }

  /** The value; a complaint with {@code remedy} and an empty text when there is none. */
  String required(String name, String remedy) {
    return text(name)
        .orElseGet(
            () -> {
              complain(name, "is not set: " + remedy);
              return "";
            });
  }

  boolean flag(String name, boolean absent) {
    return parsed(
            name,
            "must be true or false",
            v ->
                switch (v) {
                  case "true" -> true;
                  case "false" -> false;
                  default -> throw new IllegalArgumentException();
                })
        .orElse(absent);
  }

  /** The value as read by {@code parse}; what it refuses is a complaint and reads as absent. */
  <T> Optional<T> parsed(String name, String requirement, Function<String, T> parse) {
    return text(name)
        .flatMap(
            value -> {
              try {
                return Optional.of(parse.apply(value));
              } catch (IllegalArgumentException refused) {
                complain(name, requirement + ", not \"" + value + "\"");
                return Optional.empty();
              }
            });
  }

  void complain(String name, String what) {
    complaints.add(name + " " + what);
  }

  List<String> complaints() {
    return List.copyOf(complaints);
  }
}
