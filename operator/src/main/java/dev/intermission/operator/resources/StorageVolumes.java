package dev.intermission.operator.resources;

import dev.intermission.checkpoint.s3.Encryption;
import dev.intermission.control.AgentEnvironment;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * What the agent, and nobody else in the pod, is given to get into the store: the credentials as
 * files, since the kubelet renews files after a rotation and never variables, and the authorities.
 */
final class StorageVolumes {
  private static final String CA_FILE = "ca.crt";

  private StorageVolumes() {}

  /**
   * Optional, so that a Secret that is not there yet is named by the agent, and read once it comes,
   * instead of holding the pod at the kubelet for ever.
   */
  static List<Volume> volumes(StorageAccess storage) {
    var volumes = new ArrayList<Volume>();
    storage
        .credentialsSecret()
        .ifPresent(
            secret ->
                volumes.add(
                    new VolumeBuilder()
                        .withName(Names.CREDENTIALS_VOLUME)
                        .withNewSecret()
                        .withSecretName(secret)
                        .withOptional(true)
                        .endSecret()
                        .build()));
    switch (storage.caBundle()) {
      case CaBundle.PublicAuthorities _, CaBundle.Inline _ -> {}
      case CaBundle.InConfigMap(var name, var key) ->
          volumes.add(
              new VolumeBuilder()
                  .withName(Names.CA_VOLUME)
                  .withNewConfigMap()
                  .withName(name)
                  .addNewItem(key, null, CA_FILE)
                  .endConfigMap()
                  .build());
      case CaBundle.InSecret(var name, var key) ->
          volumes.add(
              new VolumeBuilder()
                  .withName(Names.CA_VOLUME)
                  .withNewSecret()
                  .withSecretName(name)
                  .addNewItem(key, null, CA_FILE)
                  .endSecret()
                  .build());
    }
    return volumes;
  }

  static List<VolumeMount> mounts(StorageAccess storage) {
    return volumes(storage).stream()
        .map(
            volume ->
                new VolumeMountBuilder()
                    .withName(volume.getName())
                    .withMountPath(
                        volume.getName().equals(Names.CA_VOLUME)
                            ? AgentEnvironment.CA_DIR
                            : AgentEnvironment.CREDENTIALS_DIR)
                    .withReadOnly(true)
                    .build())
        .toList();
  }

  static List<EnvVar> environment(StorageAccess storage) {
    var env = new ArrayList<EnvVar>();
    storage
        .credentialsSecret()
        .ifPresent(
            _ ->
                env.add(
                    Env.of(AgentEnvironment.S3_CREDENTIALS_DIR, AgentEnvironment.CREDENTIALS_DIR)));
    switch (storage.caBundle()) {
      case CaBundle.PublicAuthorities _ -> {}
      case CaBundle.Inline(var pem) -> env.add(Env.of(AgentEnvironment.S3_CA_BUNDLE, pem));
      case CaBundle.InConfigMap _, CaBundle.InSecret _ ->
          env.add(Env.of(AgentEnvironment.S3_CA_FILE, AgentEnvironment.CA_DIR + "/" + CA_FILE));
    }
    switch (storage.encryption()) {
      case Encryption.BucketDefault _ -> {}
      case Encryption.StoreKeys _ -> env.add(Env.of(AgentEnvironment.S3_ENCRYPTION, "SSE-S3"));
      case Encryption.KmsKey(var key) -> {
        env.add(Env.of(AgentEnvironment.S3_ENCRYPTION, "SSE-KMS"));
        key.ifPresent(id -> env.add(Env.of(AgentEnvironment.S3_KMS_KEY, id)));
      }
    }
    return env;
  }
}
