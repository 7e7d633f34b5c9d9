package dev.intermission.checkpoint.s3;

import dev.intermission.checkpoint.testing.TestingMinio;
import dev.intermission.checkpoint.testing.TestingServer;
import dev.intermission.checkpoint.testing.TestingToxiproxy;
import dev.intermission.checkpoint.testing.TestingToxiproxy.Way;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;

/**
 * The contract with a wire in between that is far and thin: everything arrives, some milliseconds
 * later, in pieces of a kilobyte and at 8 MB/s. What a wire breaks is in {@link NetworkFaultsTest}.
 */
class SlowWireTest {

  @Nested
  class ToMinio extends Contract {
    ToMinio() {
      super(TestingMinio.location(TestingMinio.BUCKET), TestingMinio.ROOT, Dialect.FULL);
    }
  }

  @Nested
  class ToVersitygw extends Contract {
    ToVersitygw() {
      super(TestingServer.versitygw().location(), TestingServer.ROOT, Dialect.FULL);
    }
  }

  @Nested
  class ToS3Proxy extends Contract {
    ToS3Proxy() {
      super(
          TestingServer.s3proxy().location(),
          TestingServer.ROOT,
          new Dialect(Dialect.Sums.HANDED_BACK, Dialect.Swaps.LOOKED_AT_FIRST));
    }
  }

  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  abstract static class Contract implements ObjectStoreContract, RoundTripContract {

    private final S3ObjectStore store;
    private final Dialect dialect;

    Contract(StorageLocation location, Credentials.Static credentials, Dialect dialect) {
      this.store = S3ObjectStore.open(throughTheWire(location), credentials, ClientTuning.QUICK);
      this.dialect = dialect;
    }

    @Override
    public ObjectStore store() {
      return store;
    }

    @Override
    public Dialect dialect() {
      return dialect;
    }

    @AfterAll
    void close() {
      store.close();
    }
  }

  private static StorageLocation throughTheWire(StorageLocation to) {
    var wire = TestingToxiproxy.before(to.endpoint().orElseThrow());
    wire.spoil("latency", Way.DOWNSTREAM, Map.of("latency", 5, "jitter", 3));
    wire.spoil("slicer", Way.DOWNSTREAM, Map.of("average_size", 1_000));
    wire.spoil("bandwidth", Way.UPSTREAM, Map.of("rate", 8_000));
    return new StorageLocation(
        Optional.of(wire.endpoint()), to.region(), to.bucket(), to.prefix(), to.pathStyle());
  }
}
