package dev.intermission.operator.storage;

import dev.intermission.checkpoint.s3.ClientTuning;
import dev.intermission.checkpoint.s3.Credentials;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.ProbeResult;
import dev.intermission.checkpoint.s3.Protection;
import dev.intermission.checkpoint.s3.S3ObjectStore;
import dev.intermission.checkpoint.s3.StorageLocation;
import dev.intermission.checkpoint.s3.StorageProbe;
import dev.intermission.control.Problem;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The open store of one way into a location, opened anew when its credentials were rotated. The one
 * before stays open until the next rotation, for work that is still under way. Thread-safe.
 */
final class Entrance implements AutoCloseable {
  private final StorageLocation location;
  private final Protection protection;
  private Optional<Opened> newest = Optional.empty();
  private Optional<Opened> before = Optional.empty();

  private record Opened(Credentials credentials, S3ObjectStore store, AtomicBoolean usable) {}

  Entrance(StorageLocation location, Protection protection) {
    this.location = location;
    this.protection = protection;
  }

  /**
   * The store, probed once.
   *
   * @throws StorageRefused it does not support what the protocol needs, or does not let us in
   */
  ObjectStore open(Credentials credentials) {
    var opened = opened(credentials);
    if (!opened.usable().get()) {
      probe(opened.store()); // two at once do no harm
      opened.usable().set(true);
    }
    return opened.store();
  }

  /** The store, however it behaves. */
  ObjectStore openToRead(Credentials credentials) {
    return opened(credentials).store();
  }

  @Override
  public synchronized void close() {
    before.ifPresent(old -> old.store().close());
    newest.ifPresent(old -> old.store().close());
  }

  private synchronized Opened opened(Credentials credentials) {
    var now = newest.filter(opened -> opened.credentials().equals(credentials));
    if (now.isPresent()) return now.get();
    before.ifPresent(old -> old.store().close());
    before = newest;
    var store = S3ObjectStore.open(location, credentials, protection, ClientTuning.QUICK);
    newest = Optional.of(new Opened(credentials, store, new AtomicBoolean()));
    return newest.get();
  }

  private void probe(ObjectStore store) {
    switch (new StorageProbe(() -> UUID.randomUUID().toString()).probe(store, location.prefix())) {
      case ProbeResult.Usable _ -> {}
      case ProbeResult.Unusable(var reason, var message) ->
          throw new StorageRefused(new Problem(reason, message));
    }
  }
}
