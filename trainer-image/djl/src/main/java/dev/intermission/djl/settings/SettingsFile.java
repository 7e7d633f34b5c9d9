package dev.intermission.djl.settings;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A YAML file of one mapping: flags without their dashes, and their values. Values are taken as
 * they are written, so that YAML's own idea of a number changes none.
 */
final class SettingsFile {

  private static final YAMLFactory YAML =
      YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private SettingsFile() {}

  static SortedMap<String, String> read(Path file) {
    try (var parser = YAML.createParser(Files.readAllBytes(file))) {
      return mapping(parser, file);
    } catch (NoSuchFileException e) {
      throw new InvalidSettings("--config %s: there is no such file.".formatted(file));
    } catch (JsonProcessingException e) {
      throw invalid(
          file,
          e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
          e.getOriginalMessage().lines().findFirst().orElse("is not YAML"));
    } catch (IOException e) {
      throw new InvalidSettings("--config %s cannot be read: %s.".formatted(file, e.getMessage()));
    }
  }

  private static SortedMap<String, String> mapping(JsonParser parser, Path file)
      throws IOException {
    var settings = new TreeMap<String, String>();
    var first = parser.nextToken();
    if (first == null) return settings; // empty, or comments alone
    if (first != JsonToken.START_OBJECT)
      throw invalid(file, line(parser), "expected a mapping such as \"steps: 2000\"");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var key = parser.currentName();
      var value = parser.nextToken();
      if (!value.isScalarValue() || parser.getText().isBlank())
        throw invalid(file, line(parser), "\"%s\" needs one value".formatted(key));
      if (key.equals("config"))
        throw invalid(file, line(parser), "a file of settings cannot name another");
      settings.put(key, parser.getText());
    }
    if (parser.nextToken() != null)
      throw invalid(file, line(parser), "a second document; only one is read");
    return settings;
  }

  private static int line(JsonParser parser) {
    return parser.currentTokenLocation().getLineNr();
  }

  private static InvalidSettings invalid(Path file, int line, String what) {
    return new InvalidSettings("--config %s, line %d: %s.".formatted(file, line, what));
  }
}
