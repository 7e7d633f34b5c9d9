package dev.intermission.operator.storage;

import dev.intermission.checkpoint.s3.Credentials;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.Protection;
import dev.intermission.checkpoint.s3.StorageLocation;
import dev.intermission.control.Problem;
import dev.intermission.operator.config.StorageDefaults;
import dev.intermission.operator.resources.StorageAccess;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One open store for each way into a location, shared by all jobs that have it in common. Secrets
 * and CA bundles are read anew for every piece of work, so that a rotated key is used at once.
 * Blocks: call it from a virtual thread. Thread-safe.
 */
public final class Stores implements AutoCloseable {
  private final Optional<URI> trusted;
  private final Credentials own;
  private final SecretReader secrets;
  private final CaBundleReader bundles;
  private final Map<Way, Entrance> open = new ConcurrentHashMap<>();

  /**
   * The endpoint of {@code installation} is trusted: its administrator may have it anywhere. Its
   * credentials are used for those jobs only to which {@link AccessRules} grants them.
   */
  public Stores(KubernetesClient client, StorageDefaults installation) {
    this.secrets = new SecretReader(client);
    this.bundles = new CaBundleReader(client);
    this.trusted = installation.endpoint();
    this.own = installation.entry().credentials();
  }

  /**
   * A store that was seen to support what the protocol needs: probed at its first use, since a
   * store that ignores conditions would lose checkpoints silently.
   *
   * @throws StorageRefused the location, the credentials or the store itself are unfit
   */
  ObjectStore find(String namespace, Access.Granted access) {
    return entrance(namespace, access).open(credentials(access.credential()));
  }

  /**
   * A store of which only immutable objects are read: what it supports does not matter, and nothing
   * is written there to find out.
   *
   * @throws StorageRefused the location or the credentials are unfit
   */
  ObjectStore findToRead(String namespace, Access.Granted access) {
    return entrance(namespace, access).openToRead(credentials(access.credential()));
  }

  private Entrance entrance(String namespace, Access.Granted access) {
    var location = access.storage().location();
    location
        .endpoint()
        .filter(endpoint -> !trusted.equals(Optional.of(endpoint)))
        .flatMap(EndpointGuard::refuse)
        .ifPresent(
            problem -> {
              throw new StorageRefused(problem);
            });
    var protection = protection(namespace, access.storage());
    var way = new Way(location, access.credential(), protection);
    return open.computeIfAbsent(way, _ -> new Entrance(location, protection));
  }

  @Override
  public void close() {
    open.values().forEach(Entrance::close);
  }

  private Protection protection(String namespace, StorageAccess storage) {
    var bundle = bundles.read(namespace, storage.caBundle());
    try {
      return new Protection(storage.encryption(), bundle);
    } catch (IllegalArgumentException noCertificates) {
      throw new StorageRefused(new Problem("CaBundleInvalid", noCertificates.getMessage()));
    }
  }

  private Credentials credentials(Access.Credential source) {
    return switch (source) {
      case Access.Credential.Installation() -> own;
      case Access.Credential.OfJob(var namespace, var secret) -> secrets.read(namespace, secret);
    };
  }

  private record Way(
      StorageLocation location, Access.Credential credential, Protection protection) {}
}
