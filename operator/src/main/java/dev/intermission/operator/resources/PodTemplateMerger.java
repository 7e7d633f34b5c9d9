package dev.intermission.operator.resources;

import dev.intermission.api.v1alpha1.GraceStatus;
import dev.intermission.api.v1alpha1.Medium;
import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.api.v1alpha1.VolumeSpec;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a worker of the user's template: what the pause needs is added or overridden, all else is
 * kept as written. Refused fields are {@link TemplateRules}'; this expects none of them.
 */
final class PodTemplateMerger {
  private final AgentSidecar agent;

  PodTemplateMerger(AgentSidecar agent) {
    this.agent = agent;
  }

  PodTemplateSpec merge(TrainingJob job, Run run, String signingKeyId) {
    var written = job.getSpec().template();
    return new PodTemplateSpecBuilder(written)
        .editOrNewMetadata()
        .addToLabels(Labels.ofRun(job, run.number()))
        .addToAnnotations(Labels.SIGNING_KEY, signingKeyId)
        .addToAnnotations(new OverridesFile(job.getSpec().overrides()).annotation())
        .endMetadata()
        .withSpec(pod(written.getSpec(), job, run))
        .build();
  }

  private PodSpec pod(PodSpec written, TrainingJob job, Run run) {
    var identity = Identity.of(written);
    var grace = Math.max(GraceStatus.of(written).seconds(), run.grace().toSeconds());
    var first = new ArrayList<Container>();
    first.add(agent.of(job, run, identity, grace));
    first.addAll(written.getInitContainers());
    var pod =
        new PodSpecBuilder(written)
            .withRestartPolicy("Never") // the operator owns all retries: every restart is a run
            .withTerminationGracePeriodSeconds(grace)
            .withInitContainers(first)
            .withContainers(containers(written, job, run))
            .addToVolumes(volume(job.getSpec().checkpoint().volume()))
            .addAllToVolumes(StorageVolumes.volumes(run.storage()))
            .withSecurityContext(identity.complete(written.getSecurityContext()))
            .withHostname(null); // the Job gives each rank its own
    new OverridesFile(job.getSpec().overrides()).addVolume(pod);
    WatchedScript.of(job).ifPresent(script -> script.share(pod));
    if (written.getEnableServiceLinks() == null) {
      pod.withEnableServiceLinks(false);
    }
    if (written.getAutomountServiceAccountToken() == null) {
      pod.withAutomountServiceAccountToken(false);
    }
    if (job.getSpec().workers() > 1) {
      pod.withSubdomain(Names.service(job));
    }
    return pod.build();
  }

  private static List<Container> containers(PodSpec written, TrainingJob job, Run run) {
    return written.getContainers().stream()
        .map(c -> TemplateRules.isTrainer(c) ? TrainerContainer.complete(c, job, run) : c)
        .toList();
  }

  private static Volume volume(VolumeSpec spec) {
    return new VolumeBuilder()
        .withName(Names.VOLUME)
        .withNewEmptyDir()
        .withMedium(spec.medium() == Medium.MEMORY ? "Memory" : null)
        .withSizeLimit(spec.sizeLimit().orElse(null))
        .endEmptyDir()
        .build();
  }
}
