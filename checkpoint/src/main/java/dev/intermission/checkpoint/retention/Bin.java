package dev.intermission.checkpoint.retention;

import dev.intermission.checkpoint.s3.ListedObject;
import dev.intermission.checkpoint.s3.ObjectStore;
import java.util.ArrayList;
import java.util.List;

/** Gathers what is to be deleted and deletes a thousand at a time, so that memory stays bounded. */
final class Bin {

  private static final int BATCH = 1000;

  private final ObjectStore store;
  private final List<String> keys = new ArrayList<>();
  private long bytes;
  private int objects;

  Bin(ObjectStore store) {
    this.store = store;
  }

  void add(ListedObject object) {
    keys.add(object.key());
    objects++;
    bytes += object.length();
    if (keys.size() == BATCH) empty();
  }

  /** Deletes what is still in it. */
  void empty() {
    store.deleteAll(keys); // dies here: whoever comes next lists the rest
    keys.clear();
  }

  int objects() {
    return objects;
  }

  long bytes() {
    return bytes;
  }
}
