package dev.intermission.operator.resources;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.intermission.control.AgentEnvironment;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code spec.overrides} on its way to the trainer: an annotation of the pod, which the kubelet
 * writes into a file before any container starts. So a trainer waits for nobody to build its model,
 * and all ranks of a run have the same.
 */
record OverridesFile(Map<String, String> overrides) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Nothing is added to a pod of a job without overrides. */
  boolean isWanted() {
    return !overrides.isEmpty();
  }

  Map<String, String> annotation() {
    try {
      return isWanted()
          ? Map.of(Labels.OVERRIDES, JSON.writeValueAsString(new TreeMap<>(overrides)))
          : Map.of();
    } catch (JsonProcessingException textAlwaysFits) {
      throw new IllegalStateException(textAlwaysFits);
    }
  }

  void addVolume(PodSpecBuilder pod) {
    if (isWanted()) pod.addToVolumes(volume());
  }

  EnvVar variable() {
    return Env.of(
        AgentEnvironment.OVERRIDES,
        isWanted() ? AgentEnvironment.OVERRIDES_DIR + "/" + AgentEnvironment.OVERRIDES_FILE : "");
  }

  VolumeMount mount() {
    return new VolumeMountBuilder()
        .withName(Names.OVERRIDES_VOLUME)
        .withMountPath(AgentEnvironment.OVERRIDES_DIR)
        .withReadOnly(true)
        .build();
  }

  private static Volume volume() {
    return new VolumeBuilder()
        .withName(Names.OVERRIDES_VOLUME)
        .withNewDownwardAPI()
        .addNewItem()
        .withPath(AgentEnvironment.OVERRIDES_FILE)
        .withNewFieldRef("v1", "metadata.annotations['" + Labels.OVERRIDES + "']")
        .endItem()
        .endDownwardAPI()
        .build();
  }
}
