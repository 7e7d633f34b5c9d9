package dev.intermission.operator.resources;

/**
 * A field of the user's template that cannot be honoured.
 *
 * @param field as a path below {@code spec}, for example {@code
 *     template.spec.volumes[intermission]}
 * @param remedy what to change, as the end of a sentence
 */
public record Refusal(String field, String remedy) {
  /** One line for a condition's message. */
  public String text() {
    return "spec." + field + ": " + remedy;
  }
}
