package dev.intermission.operator.storage;

import dev.intermission.control.Problem;
import dev.intermission.operator.resources.CaBundle;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** Reads the authorities that a job trusts for its store, from where the job says they are. */
final class CaBundleReader {
  private static final String FIELD = "spec.checkpoint.storage.s3.caBundle";

  private final KubernetesClient client;

  CaBundleReader(KubernetesClient client) {
    this.client = client;
  }

  /** At most one round trip to the API server; absent: the public authorities. */
  Optional<String> read(String namespace, CaBundle bundle) {
    return switch (bundle) {
      case CaBundle.PublicAuthorities _ -> Optional.empty();
      case CaBundle.Inline(var pem) -> Optional.of(pem);
      case CaBundle.InConfigMap(var name, var key) -> Optional.of(configMap(namespace, name, key));
      case CaBundle.InSecret(var name, var key) -> Optional.of(secret(namespace, name, key));
    };
  }

  private String configMap(String namespace, String name, String key) {
    try {
      var map = client.configMaps().inNamespace(namespace).withName(name).get();
      if (map == null) throw missing("there is no ConfigMap " + name + " in " + namespace);
      return value(map.getData(), key, "ConfigMap " + name);
    } catch (KubernetesClientException unreadable) {
      throw unreadable("ConfigMap " + name, unreadable);
    }
  }

  private String secret(String namespace, String name, String key) {
    try {
      var secret = client.secrets().inNamespace(namespace).withName(name).get();
      if (secret == null) throw missing("there is no Secret " + name + " in " + namespace);
      var encoded = value(secret.getData(), key, "Secret " + name);
      return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    } catch (KubernetesClientException unreadable) {
      throw unreadable("Secret " + name, unreadable);
    }
  }

  private static String value(Map<String, String> data, String key, String where) {
    var value = data == null ? null : data.get(key);
    if (value == null) throw missing(where + " has no key " + key);
    return value;
  }

  private static StorageRefused missing(String what) {
    return new StorageRefused(new Problem("CaBundleMissing", FIELD + ": " + what));
  }

  private static StorageRefused unreadable(String what, KubernetesClientException why) {
    return new StorageRefused(
        new Problem(
            "CaBundleUnreadable",
            FIELD
                + ": the operator may not read "
                + what
                + " ("
                + why.getCode()
                + "): install the chart with rbac.readJobSecrets"));
  }
}
