package dev.intermission.operator.storage;

import dev.intermission.checkpoint.s3.Credentials;
import dev.intermission.control.Problem;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a job's S3 keys from the Secret that it names. Asked for every piece of work and never
 * kept, so that a rotated key is used at once and a deleted one no more.
 */
final class SecretReader {
  private static final String FIELD = "spec.checkpoint.storage.s3.credentialsSecret";

  private final KubernetesClient client;

  SecretReader(KubernetesClient client) {
    this.client = client;
  }

  /** One round trip to the API server. */
  Credentials read(String namespace, String name) {
    try {
      var secret = client.secrets().inNamespace(namespace).withName(name).get();
      if (secret == null) {
        throw refused("CredentialsMissing", "there is no Secret " + name + " in " + namespace);
      }
      var data = secret.getData() == null ? Map.<String, String>of() : secret.getData();
      return new Credentials.Static(
          required(data, Credentials.ACCESS_KEY_ID, name),
          required(data, Credentials.SECRET_ACCESS_KEY, name),
          value(data, Credentials.SESSION_TOKEN));
    } catch (KubernetesClientException unreadable) {
      throw refused(
          "CredentialsUnreadable",
          "the operator may not read Secret "
              + name
              + " ("
              + unreadable.getCode()
              + "): install the chart with rbac.readJobSecrets, or use the installation's bucket");
    }
  }

  private static String required(Map<String, String> data, String key, String secret) {
    return value(data, key)
        .orElseThrow(
            () -> refused("CredentialsMissing", "Secret " + secret + " has no key " + key));
  }

  private static Optional<String> value(Map<String, String> data, String key) {
    return Optional.ofNullable(data.get(key))
        .map(text -> new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8).strip())
        .filter(text -> !text.isEmpty());
  }

  private static StorageRefused refused(String reason, String what) {
    return new StorageRefused(new Problem(reason, FIELD + ": " + what));
  }
}
