package dev.intermission.operator.storage;

import dev.intermission.checkpoint.s3.ClientTuning;
import dev.intermission.checkpoint.s3.Credentials;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.ProbeResult;
import dev.intermission.checkpoint.s3.S3ObjectStore;
import dev.intermission.checkpoint.s3.StorageLocation;
import dev.intermission.checkpoint.s3.StorageProbe;
import dev.intermission.control.Problem;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One open store for each (location, credentials), shared by all jobs that have both in common.
 * Blocks: call it from a virtual thread. Thread-safe.
 */
public final class Stores implements AutoCloseable {
  private final Optional<URI> trusted;
  private final SecretReader secrets;
  private final Map<Key, S3ObjectStore> open = new ConcurrentHashMap<>();
  private final Set<Key> usable = ConcurrentHashMap.newKeySet();

  /** {@code trusted} is the installation's endpoint: its administrator may have it anywhere. */
  public Stores(KubernetesClient client, Optional<URI> trusted) {
    this.secrets = new SecretReader(client);
    this.trusted = trusted;
  }

  /**
   * A store that was seen to support what the protocol needs: probed at its first use, since a
   * store that ignores conditions would lose checkpoints silently.
   *
   * @throws StorageRefused the location, the credentials or the store itself are unfit
   */
  ObjectStore find(Access.Granted access) {
    var location = access.storage().location();
    location
        .endpoint()
        .filter(endpoint -> !trusted.equals(Optional.of(endpoint)))
        .flatMap(EndpointGuard::refuse)
        .ifPresent(
            problem -> {
              throw new StorageRefused(problem);
            });
    var key = new Key(location, credentials(access.credential()));
    var store =
        open.computeIfAbsent(
            key, _ -> S3ObjectStore.open(location, key.credentials(), ClientTuning.QUICK));
    if (!usable.contains(key)) {
      probe(store, location);
      usable.add(key);
    }
    return store;
  }

  @Override
  public void close() {
    open.values().forEach(S3ObjectStore::close);
  }

  private Credentials credentials(Access.Credential source) {
    return switch (source) {
      case Access.Credential.Installation() -> new Credentials.DefaultChain();
      case Access.Credential.OfJob(var namespace, var secret) -> secrets.read(namespace, secret);
    };
  }

  private static void probe(ObjectStore store, StorageLocation location) {
    switch (new StorageProbe(() -> UUID.randomUUID().toString()).probe(store, location.prefix())) {
      case ProbeResult.Usable _ -> {}
      case ProbeResult.Unusable(var reason, var message) ->
          throw new StorageRefused(new Problem(reason.toString(), message));
    }
  }

  private record Key(StorageLocation location, Credentials credentials) {}
}
