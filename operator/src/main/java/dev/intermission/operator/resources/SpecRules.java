package dev.intermission.operator.resources;

import dev.intermission.api.v1alpha1.TrainingJobSpec;
import java.util.List;
import java.util.stream.Stream;

/** What a spec must not say, although the schema lets it pass. */
public final class SpecRules {
  /** Better no run than one that begins at zero where somebody named a checkpoint. */
  private static final Refusal RESUME_FROM =
      new Refusal(
          "ResumeFromNotSupported",
          "resumeFrom",
          "leave it out: this version resumes from the job's own newest checkpoint only, and starts"
              + " no run from anything else than what was asked for");

  private SpecRules() {}

  /** All refusals, so that one round of mending is enough; empty when the spec is fine. */
  public static List<Refusal> check(TrainingJobSpec spec) {
    return Stream.concat(
            spec.resumeFrom().map(_ -> RESUME_FROM).stream(),
            TemplateRules.check(spec.template()).stream())
        .toList();
  }
}
