package dev.intermission.operator.resources;

import dev.intermission.api.v1alpha1.TrainingJobSpec;
import java.util.List;

/** What a spec must not say, although the schema lets it pass. */
public final class SpecRules {
  /** The store's protocol knows sessions and rosters; the operator does not lead them yet. */
  private static final Refusal GANGS =
      new Refusal(
          "GangsNotSupported",
          "workers",
          "set it to 1: this version cannot yet pause several workers at one common step, so it"
              + " starts none");

  private SpecRules() {}

  /** All refusals, so that one round of mending is enough; empty when the spec is fine. */
  public static List<Refusal> check(TrainingJobSpec spec) {
    return spec.workers() > 1 ? List.of(GANGS) : TemplateRules.check(spec.template());
  }
}
