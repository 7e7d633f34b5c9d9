package dev.intermission.checkpoint.testing;

import java.util.HashMap;
import java.util.Map;

/** System properties for the time of a test: what a pod is told by its environment. */
public final class TestingProperties implements AutoCloseable {

  private final Map<String, String> before = new HashMap<>();

  private TestingProperties() {}

  public static TestingProperties set(Map<String, String> properties) {
    var set = new TestingProperties();
    properties.forEach((name, value) -> set.before.put(name, System.setProperty(name, value)));
    return set;
  }

  @Override
  public void close() {
    before.forEach(
        (name, value) -> {
          if (value == null) System.clearProperty(name);
          else System.setProperty(name, value);
        });
  }
}
