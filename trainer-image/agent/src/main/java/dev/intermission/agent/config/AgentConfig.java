package dev.intermission.agent.config;

import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.s3.StorageLocation;
import dev.intermission.control.AgentEnvironment;
import dev.intermission.control.TrustedKeys;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that the agent is told from outside.
 *
 * @param self which worker this is
 * @param volume shared with the trainer
 * @param channel how the operator speaks to it
 * @param patience how long it waits
 * @param store where the checkpoints are
 */
public record AgentConfig(
    Self self, Volume volume, Channel channel, Patience patience, Store store) {

  /**
   * Reads the environment.
   *
   * @throws InvalidConfiguration lists every bad variable in one message
   */
  public static AgentConfig from(Map<String, String> environment) {
    var read = new Variables(environment);
    var port = (long) AgentEnvironment.DEFAULT_PORT;
    var volume = VolumeEntry.read(read);
    var channelPort = (int) read.number(AgentEnvironment.AGENT_PORT, 0, Optional.of(port));
    var keys = read.parsed(AgentEnvironment.PUBLIC_KEYS, TrustedKeys::parse);
    var drainToken = read.text(AgentEnvironment.DRAIN_TOKEN);
    var lease = read.number(AgentEnvironment.HOLD_LEASE_SECONDS, 1, Optional.empty());
    var grace = read.number(AgentEnvironment.GRACE_SECONDS, 0, Optional.empty());
    var worker = worker(read);
    var store = store(read);
    if (worker.isEmpty() || store.isEmpty() || read.hasProblems()) throw read.problems();
    return new AgentConfig(
        worker.get(),
        volume,
        new Channel(channelPort, keys, drainToken),
        new Patience(Duration.ofSeconds(lease), Duration.ofSeconds(grace)),
        store.get());
  }

  private static Optional<Self> worker(Variables read) {
    var namespace = read.text(AgentEnvironment.JOB_NAMESPACE);
    var name = read.text(AgentEnvironment.JOB_NAME);
    var uid = read.text(AgentEnvironment.JOB_UID);
    var podUid = read.text(AgentEnvironment.POD_UID);
    var run = read.number(AgentEnvironment.RUN, 1, Optional.empty());
    var rank = (int) read.number(AgentEnvironment.RANK, 0, Optional.empty());
    var worldSize = (int) read.number(AgentEnvironment.WORLD_SIZE, 1, Optional.empty());
    if (rank >= worldSize) {
      read.complain(AgentEnvironment.RANK + ": " + rank + " is no rank of " + worldSize);
    }
    if (read.hasProblems()) return Optional.empty();
    try {
      return Optional.of(new Self(new JobKey(namespace, name, uid), run, podUid, rank, worldSize));
    } catch (IllegalArgumentException e) {
      read.complain("the job's name: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static Optional<Store> store(Variables read) {
    var bucket = read.text(AgentEnvironment.S3_BUCKET);
    var region = read.optional(AgentEnvironment.S3_REGION).orElse("us-east-1");
    var prefix = read.optional(AgentEnvironment.S3_PREFIX).orElse("");
    var pathStyle = read.flag(AgentEnvironment.S3_PATH_STYLE);
    var credentials = StoreEntry.credentials(read);
    var protection = StoreEntry.protection(read);
    Optional<URI> endpoint =
        read.optional(AgentEnvironment.S3_ENDPOINT).isPresent()
            ? Optional.ofNullable(read.parsed(AgentEnvironment.S3_ENDPOINT, AgentConfig::url))
            : Optional.empty();
    if (read.hasProblems()) return Optional.empty();
    try {
      var location = new StorageLocation(endpoint, region, bucket, prefix, pathStyle);
      return Optional.of(
          new Store(location, credentials, protection, read.optional(AgentEnvironment.RESTORE)));
    } catch (IllegalArgumentException e) {
      read.complain("the storage: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static URI url(String text) {
    var url = URI.create(text);
    if (url.getHost() == null
        || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
      throw new IllegalArgumentException("\"" + text + "\" is not http://host or https://host");
    }
    return url;
  }
}
