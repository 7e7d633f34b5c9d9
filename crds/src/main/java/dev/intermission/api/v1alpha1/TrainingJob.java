package dev.intermission.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.crd.generator.annotation.AdditionalSelectableField;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
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
@Categories({"all", "intermission"})
@AdditionalPrinterColumn(name = "PHASE", jsonPath = ".status.phase")
@AdditionalPrinterColumn(name = "STEP", jsonPath = ".status.progress.step", type = Type.INTEGER)
@AdditionalPrinterColumn(
    name = "PROGRESS",
    jsonPath = ".status.progress.percent",
    type = Type.INTEGER)
@AdditionalPrinterColumn(
    name = "CHECKPOINT",
    jsonPath = ".status.checkpoint.step",
    type = Type.INTEGER)
@AdditionalPrinterColumn(name = "RUN", jsonPath = ".status.run.number", type = Type.INTEGER)
@AdditionalPrinterColumn(
    name = "REASON",
    jsonPath = ".status.conditions[?(@.type=='Ready')].reason")
@AdditionalPrinterColumn(name = "AGE", jsonPath = ".metadata.creationTimestamp", type = Type.DATE)
@AdditionalPrinterColumn(
    name = "WORKERS",
    jsonPath = ".spec.workers",
    type = Type.INTEGER,
    priority = 1)
@AdditionalSelectableField(jsonPath = ".status.phase")
@ValidationRule(
    value =
        "self.metadata.name.size() <= 40 &&"
            + " self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
    message =
        "metadata.name must be at most 40 lower-case letters, digits and dashes, and start with a"
            + " letter, because Jobs, pods and a Service are named after it: choose another name")
@ValidationRule(
    value = TrainingJob.STORAGE_STAYS,
    message =
        "spec.checkpoint.storage.s3: bucket, prefix and endpoint stay as they are once the job has"
            + " run, because its checkpoints are there; to move it, pause it, and then, its pods"
            + " released, set them together with spec.resumeFrom.uri: the uri of the pause's"
            + " receipt")
@ValidationRule(
    value = TrainingJob.WORKERS_STAY,
    message =
        "spec.workers: stays as it is once the job has a checkpoint or trains, because each worker"
            + " goes on from its own files; for another number pause a job that has saved nothing"
            + " yet, or create another TrainingJob")
public class TrainingJob extends CustomResource<TrainingJobSpec, TrainingJobStatus>
    implements Namespaced {

  /**
   * The API group of everything this project defines, and the prefix of its labels and annotations.
   */
  public static final String GROUP = "intermission.dev";

  private static final String NEW = "self.spec.checkpoint.storage.s3.";
  private static final String OLD = "oldSelf.spec.checkpoint.storage.s3.";

  // Not with optional types (.?bucket.orValue('')): the API server's cost estimate then forgets
  // maxLength and refuses the CRD.
  private static final String SAME_LOCATION =
      "(has("
          + NEW
          + "bucket) ? has("
          + OLD
          + "bucket) && "
          + NEW
          + "bucket == "
          + OLD
          + "bucket : !has("
          + OLD
          + "bucket))"
          + " && (has("
          + NEW
          + "prefix) ? has("
          + OLD
          + "prefix) && "
          + NEW
          + "prefix == "
          + OLD
          + "prefix : !has("
          + OLD
          + "prefix))"
          + " && (has("
          + NEW
          + "endpoint) ? has("
          + OLD
          + "endpoint) && "
          + NEW
          + "endpoint == "
          + OLD
          + "endpoint"
          + " : !has("
          + OLD
          + "endpoint))";

  static final String STORAGE_STAYS =
      "!has(oldSelf.status) || !has(oldSelf.status.run) || ("
          + SAME_LOCATION
          + ") || (oldSelf.status.phase == 'Paused' && has(self.spec.resumeFrom) &&"
          + " has(self.spec.resumeFrom.uri))";

  static final String WORKERS_STAY =
      "self.spec.workers == oldSelf.spec.workers || !has(oldSelf.status) ||"
          + " !has(oldSelf.status.run) || (!has(oldSelf.status.checkpoint) &&"
          + " has(oldSelf.status.phase) && oldSelf.status.phase in ['Paused', 'Failed'])";

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
