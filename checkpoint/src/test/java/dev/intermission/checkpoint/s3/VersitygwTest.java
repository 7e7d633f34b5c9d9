package dev.intermission.checkpoint.s3;

import dev.intermission.checkpoint.testing.TestingServer;
import org.junit.jupiter.api.AfterAll;

class VersitygwTest implements ObjectStoreContract, RoundTripContract {

  private static final S3ObjectStore STORE = TestingServer.versitygw().open();

  @Override
  public ObjectStore store() {
    return STORE;
  }

  @Override
  public Dialect dialect() {
    return Dialect.FULL;
  }

  @AfterAll
  static void close() {
    STORE.close();
  }
}
