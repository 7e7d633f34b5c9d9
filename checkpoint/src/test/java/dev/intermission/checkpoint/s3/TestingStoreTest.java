package dev.intermission.checkpoint.s3;

import dev.intermission.checkpoint.testing.TestingStore;

class TestingStoreTest implements ObjectStoreContract {

  private final TestingStore store = new TestingStore();

  @Override
  public ObjectStore store() {
    return store;
  }
}
