package dev.intermission.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * A training job that can be paused: what the user wants ({@code spec}, written by the user only)
 * and what is true ({@code status}, written by the operator only). The envelope is mutable because
 * Fabric8 fills it; spec and status are immutable.
 */
@Group(TrainingJob.GROUP)
@Version("v1alpha1")
@Kind("TrainingJob")
@Singular("trainingjob")
@Plural("trainingjobs")
@ShortNames("tj")
@AdditionalPrinterColumn(
    name = "AGE",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public class TrainingJob extends CustomResource<TrainingJobSpec, TrainingJobStatus>
    implements Namespaced {

  /**
   * The API group of everything this project defines, and the prefix of its labels and annotations.
   */
  public static final String GROUP = "intermission.dev";

  private static final long serialVersionUID = 1L;

  /** A job that nobody has reconciled yet has a status too: the empty one. */
  @Override
  protected TrainingJobStatus initStatus() {
    return TrainingJobStatus.initial();
  }

  /** There is no useful default job: the template is the user's. */
  @Override
  protected TrainingJobSpec initSpec() {
    return null;
  }
}
