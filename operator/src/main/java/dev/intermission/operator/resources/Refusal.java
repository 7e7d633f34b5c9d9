package dev.intermission.operator.resources;

/**
 * A field of the user's spec that cannot be honoured.
 *
 * @param reason CamelCase, for the condition
 * @param field as a path below {@code spec}, for example {@code
 *     template.spec.volumes[intermission]}
 * @param remedy what to change, as the end of a sentence
 */
public record Refusal(String reason, String field, String remedy) {
  /** Reason of everything that is wrong with the template. */
  public static final String TEMPLATE = "TemplateRefused";

  /** About a field of the template. */
  public Refusal(String field, String remedy) {
    this(TEMPLATE, field, remedy);
  }

  /** One line for a condition's message. */
  public String text() {
    return "spec." + field + ": " + remedy;
  }
}
