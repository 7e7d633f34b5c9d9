package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Objects;
import java.util.Optional;

/** Which certificates are trusted for the store's address; exactly one of the two is present. */
@ValidationRule(
    value = "has(self.configMap) != has(self.secret)",
    message = "set exactly one of configMap and secret")
public record CaBundleSpec(
    @Size(min = 1, max = 253)
        @JsonPropertyDescription("Name of a ConfigMap in the job's namespace.")
        Optional<String> configMap,
    @Size(min = 1, max = 253) @JsonPropertyDescription("Name of a Secret in the job's namespace.")
        Optional<String> secret,
    @Default("ca.crt")
        @Size(min = 1, max = 253)
        @JsonPropertyDescription("The key in it that holds the certificates, in PEM.")
        String key) {

  public CaBundleSpec {
    configMap = Absent.ifNull(configMap);
    secret = Absent.ifNull(secret);
    key = Objects.requireNonNullElse(key, "ca.crt");
  }
}
