package dev.intermission.sdk.directory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Hyperparameters by name; written before any process of the pod starts, and never again. */
public record OverridesFile(Path path) {

  /**
   * All of them.
   *
   * @throws IllegalArgumentException it is not a JSON object of texts
   * @throws UncheckedIOException it cannot be read: better no training than one with other numbers
   */
  public Map<String, String> read() {
    try {
      var read =
          new ObjectMapper()
              .readValue(Files.readAllBytes(path), new TypeReference<Map<String, String>>() {});
      if (read != null && !read.containsValue(null)) return read;
    } catch (JsonProcessingException malformed) {
      throw new IllegalArgumentException(
          path + " is not a JSON object of texts: " + malformed.getOriginalMessage(), malformed);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the overrides in " + path, e);
    }
    throw new IllegalArgumentException(path + " is not a JSON object of texts");
  }
}
