package dev.intermission.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every test that docs/reliability.md names for the operator exists under that name. */
class ReliabilityPageTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final List<String> MODULES =
      List.of(
          "crds", "control", "checkpoint", "operator", "trainer-image/sdk", "trainer-image/agent");
  private static final Pattern CODE = Pattern.compile("`([A-Z]\\w+Test)(?:\\.(\\w+))?`");
  private static final Pattern STORY = Pattern.compile("`([A-Z]\\w+E2E)(?:\\.(\\w+)(…)?)?`");
  private static final Pattern METHOD = Pattern.compile("`([a-z]+[A-Z]\\w+)`");

  @Test
  void everyNamedTestExists() throws IOException {
    var page = section(Files.readString(ROOT.resolve("docs/reliability.md")));
    var tests = tests();
    var all = String.join("\n", tests.values());

    assertThat(CODE.matcher(page).results()).hasSizeGreaterThan(20);
    CODE.matcher(page)
        .results()
        .forEach(
            found -> {
              assertThat(tests).containsKey(found.group(1));
              if (found.group(2) != null)
                assertThat(tests.get(found.group(1))).contains(" " + found.group(2) + "(");
            });
    METHOD
        .matcher(page)
        .results()
        .forEach(found -> assertThat(all).contains(" " + found.group(1) + "("));
  }

  /** Of all its sections; a name that ends in … stands for the one that begins so. */
  @Test
  void everyNamedStoryExists() throws IOException {
    var page = Files.readString(ROOT.resolve("docs/reliability.md"));
    var stories = sources(List.of("e2e"), "E2E.java");

    assertThat(STORY.matcher(page).results()).hasSizeGreaterThan(10);
    STORY
        .matcher(page)
        .results()
        .forEach(
            found -> {
              assertThat(stories).containsKey(found.group(1));
              var end = found.group(3) == null ? "(" : "";
              if (found.group(2) != null)
                assertThat(stories.get(found.group(1))).contains("void " + found.group(2) + end);
            });
  }

  private static String section(String page) {
    var begin = page.indexOf("## Operator: the known ways to fail");
    var end = page.indexOf("\n## ", begin + 1);
    return page.substring(begin, end < 0 ? page.length() : end);
  }

  /** Source by the name of the class, of the modules whose tests the section names. */
  private static Map<String, String> tests() throws IOException {
    return sources(MODULES, "Test.java");
  }

  private static Map<String, String> sources(List<String> modules, String ending)
      throws IOException {
    var tests = new HashMap<String, String>();
    for (var module : modules) {
      try (var files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
        files
            .filter(file -> file.toString().endsWith(ending))
            .forEach(file -> tests.merge(name(file), read(file), String::concat));
      }
    }
    return tests;
  }

  private static String name(Path file) {
    return file.getFileName().toString().replace(".java", "");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
