package dev.intermission.operator.act;

import dev.intermission.api.v1alpha1.ResumeFrom;
import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.checkpoint.layout.Address;
import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.control.Problem;
import dev.intermission.operator.storage.Access;
import dev.intermission.operator.storage.AccessRules;
import dev.intermission.operator.storage.Source;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;

/**
 * Finds where the checkpoint of a {@code spec.resumeFrom} lies, and whether this job may read it:
 * another job only of its own namespace, an address only with credentials that the job itself may
 * use for it (design review, 31).
 */
public final class Sources {
  private final KubernetesClient client;
  private final AccessRules rules;

  public Sources(KubernetesClient client, AccessRules rules) {
    this.client = client;
    this.rules = rules;
  }

  /** At most one round trip. */
  public Source of(TrainingJob job, ResumeFrom from, Access.Granted own) {
    if (from.uri().isPresent()) return imported(job, from.uri().get(), own);
    return from.job()
        .map(name -> forked(job, name))
        .orElseGet(() -> new Source.Own(Optional.empty()));
  }

  private Source forked(TrainingJob job, String name) {
    var namespace = job.getMetadata().getNamespace();
    if (name.equals(job.getMetadata().getName())) {
      return refused(
          "JobIsItself",
          "spec.resumeFrom.job: "
              + name
              + " is this job itself; leave job out and name one of its steps to roll back.");
    }
    var other = client.resources(TrainingJob.class).inNamespace(namespace).withName(name).get();
    if (other == null) {
      return refused(
          "NoSuchJob",
          "spec.resumeFrom.job: there is no TrainingJob "
              + name
              + " in this namespace. If it was deleted and its checkpoints were kept, name one of"
              + " them with spec.resumeFrom.uri.");
    }
    var key = new JobKey(namespace, name, other.getMetadata().getUid());
    var spec = other.getSpec().checkpoint().storage().s3();
    return switch (rules.resolve(namespace, spec)) {
      case Access.Granted granted ->
          new Source.Other(
              granted, new Layout(granted.storage().location().prefix(), key), Optional.empty());
      case Access.Denied(var why) ->
          refused(why.reason(), "spec.resumeFrom.job: of " + name + ": " + why.message());
    };
  }

  private Source imported(TrainingJob job, String uri, Access.Granted own) {
    Address address;
    try {
      address = Address.parse(uri);
    } catch (IllegalArgumentException malformed) {
      return refused("AddressInvalid", "spec.resumeFrom.uri: " + malformed.getMessage() + ".");
    }
    if (address.manifest().filter(ManifestRef::isName).isEmpty()) {
      return refused(
          "AddressInvalid",
          "spec.resumeFrom.uri: "
              + uri
              + " is not the address of a manifest, which ends with"
              + " /manifests/<step>-<run>-<epoch>-<sum>.json; kubectl intermission checkpoints list"
              + " shows their names.");
    }
    if (isOwn(job, address, own)) return new Source.Own(address.manifest());
    return switch (rules.elsewhere(job.getMetadata().getNamespace(), own, address)) {
      case Access.Granted granted ->
          new Source.Other(granted, address.layout(), address.manifest());
      case Access.Denied(var why) -> new Source.Refused(why);
    };
  }

  /** What lies there already need not be copied. */
  private static boolean isOwn(TrainingJob job, Address address, Access.Granted own) {
    var location = own.storage().location();
    var meta = job.getMetadata();
    var key = new JobKey(meta.getNamespace(), meta.getName(), meta.getUid());
    return address.bucket().equals(location.bucket())
        && address.layout().equals(new Layout(location.prefix(), key));
  }

  private static Source refused(String reason, String message) {
    return new Source.Refused(new Problem(reason, message));
  }
}
