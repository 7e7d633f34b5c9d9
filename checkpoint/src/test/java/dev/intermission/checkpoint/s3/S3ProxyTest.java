package dev.intermission.checkpoint.s3;

import dev.intermission.checkpoint.testing.TestingServer;
import org.junit.jupiter.api.AfterAll;

/** A file system behind S3: it looks at If-Match before it writes, so the probe may refuse it. */
class S3ProxyTest implements ObjectStoreContract, RoundTripContract {

  private static final S3ObjectStore STORE = TestingServer.s3proxy().open();

  @Override
  public ObjectStore store() {
    return STORE;
  }

  @Override
  public Dialect dialect() {
    return new Dialect(Dialect.Sums.HANDED_BACK, Dialect.Swaps.LOOKED_AT_FIRST);
  }

  @AfterAll
  static void close() {
    STORE.close();
  }
}
