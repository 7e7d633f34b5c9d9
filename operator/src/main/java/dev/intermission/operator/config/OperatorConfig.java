package dev.intermission.operator.config;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Everything the operator is told from outside, complete and valid once it exists.
 *
 * @param watchNamespaces empty: all of them
 * @param httpPort serves health and metrics; 0 picks a free one
 */
public record OperatorConfig(
    AgentDefaults agent,
    StorageDefaults storage,
    Set<String> watchNamespaces,
    Leadership leadership,
    int httpPort) {

  /** Copies the set. */
  public OperatorConfig {
    watchNamespaces = Set.copyOf(watchNamespaces);
  }

  /**
   * Reads and validates all variables.
   *
   * @throws InvalidConfiguration one message that lists every bad variable and its remedy
   */
  public static OperatorConfig fromEnvironment(Map<String, String> variables) {
    var environment = new Environment(variables);
    var config =
        new OperatorConfig(
            agent(environment),
            storage(environment),
            namespaces(environment),
            leadership(environment),
            environment
                .parsed("INTERMISSION_HTTP_PORT", "must be a port", OperatorConfig::port)
                .orElse(8080));
    if (!environment.complaints().isEmpty()) {
      throw new InvalidConfiguration(environment.complaints());
    }
    return config;
  }

  private static AgentDefaults agent(Environment environment) {
    var image =
        environment.required(
            "INTERMISSION_AGENT_IMAGE", "name the image of the agent that runs in every worker");
    if (image.chars().anyMatch(Character::isWhitespace)) {
      environment.complain("INTERMISSION_AGENT_IMAGE", "holds a space: \"" + image + "\"");
    }
    var key =
        environment.required(
            "INTERMISSION_SIGNING_KEY_FILE", "mount the Secret with the operator's signing key");
    if (!key.isEmpty() && !Files.isReadable(Path.of(key))) {
      environment.complain(
          "INTERMISSION_SIGNING_KEY_FILE",
          "names " + key + ", which cannot be read: mount the Secret with the signing key there");
    }
    return new AgentDefaults(image, environment.text("INTERMISSION_S3_SECRET"), Path.of(key));
  }

  private static StorageDefaults storage(Environment environment) {
    return new StorageDefaults(
        environment.parsed(
            "INTERMISSION_S3_ENDPOINT", "must be an http(s) URL", OperatorConfig::endpoint),
        environment.text("INTERMISSION_S3_REGION").orElse("us-east-1"),
        environment.text("INTERMISSION_S3_BUCKET"),
        environment.text("INTERMISSION_S3_PREFIX").orElse("intermission"),
        environment.flag("INTERMISSION_S3_PATH_STYLE", false),
        InstallationEntry.read(environment));
  }

  private static Set<String> namespaces(Environment environment) {
    return environment.text("INTERMISSION_WATCH_NAMESPACES").map(v -> v.split(",")).stream()
        .flatMap(Arrays::stream)
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Leadership leadership(Environment environment) {
    if (!environment.flag("INTERMISSION_LEADER_ELECTION", false)) {
      return new Leadership(Optional.empty());
    }
    var why = "leader election needs it; take it from the pod's metadata";
    return new Leadership(
        Optional.of(
            new Leadership.Election(
                environment.required("POD_NAMESPACE", why),
                environment.required("POD_NAME", why))));
  }

  private static URI endpoint(String text) {
    var uri = URI.create(text);
    if (uri.getHost() == null || !List.of("http", "https").contains(uri.getScheme())) {
      throw new IllegalArgumentException();
    }
    return uri;
  }

  private static int port(String text) {
    var port = Integer.parseInt(text);
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException();
    }
    return port;
  }
}
