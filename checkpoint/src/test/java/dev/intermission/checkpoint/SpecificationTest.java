package dev.intermission.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The executable specification in checkpoint/spec holds, and the table in docs/checkpoint-format.md
 * maps it to this code. Runs the whole exploration once, in about a minute of one core.
 */
class SpecificationTest {

  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Path REPORT = Path.of("target", "specification.txt");
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
  private static final Pattern METHOD = Pattern.compile("([A-Z]\\w*)\\.(\\w+)");

  private static int exit;
  private static List<String> steps;

  @BeforeAll
  static void explore() throws IOException, InterruptedException {
    var labels = Files.createTempFile("steps", ".txt");
    var python = new ProcessBuilder("python3", "spec", "--steps", labels.toString());
    python.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    python.environment().put("PYTHONHASHSEED", "0");
    Files.createDirectories(REPORT.getParent());
    try {
      exit = python.redirectErrorStream(true).redirectOutput(REPORT.toFile()).start().waitFor();
    } catch (IOException missing) {
      throw new IllegalStateException(
          "python3 does not start: checkpoint/spec needs Python 3.9 or newer on the PATH", missing);
    }
    System.out.println(report());
    steps = Files.readAllLines(labels, StandardCharsets.UTF_8);
    Files.delete(labels);
  }

  @Test
  void everyPromiseHoldsAndEveryRuleIsNeeded() throws IOException {
    assertThat(exit).as(report()).isZero();
  }

  @Test
  void everyStepOfTheModelStandsInTheTable() throws IOException {
    var listed =
        rows().flatMap(row -> quoted(row[1])).collect(Collectors.toCollection(TreeSet::new));

    assertThat(listed).containsExactlyElementsOf(new TreeSet<>(steps));
  }

  @Test
  void everyMethodOfTheTableIsInTheCode() throws IOException {
    var methods = rows().flatMap(row -> quoted(row[2])).toList();

    assertThat(methods).isNotEmpty().allSatisfy(SpecificationTest::requireMethod);
  }

  private static void requireMethod(String method) throws IOException {
    var name = METHOD.matcher(method);
    assertThat(name.matches()).as("%s is Class.method", method).isTrue();
    var sources = sources(name.group(1) + ".java");
    assertThat(sources).as("source of %s", method).isNotEmpty();
    assertThat(sources)
        .as("declares %s", method)
        .anySatisfy(
            source ->
                assertThat(source)
                    .content(StandardCharsets.UTF_8)
                    .containsPattern("\\b" + name.group(2) + "\\("));
  }

  private static List<Path> sources(String file) throws IOException {
    try (var walk = Files.find(ROOT, 14, (path, _) -> path.endsWith(file))) {
      return walk.filter(path -> path.toString().contains("/src/main/java/")).toList();
    }
  }

  /** Cells of the table that begins with "steps of the model"; the first one is empty. */
  private static Stream<String[]> rows() throws IOException {
    return Files.readAllLines(ROOT.resolve("docs/checkpoint-format.md"), StandardCharsets.UTF_8)
        .stream()
        .dropWhile(line -> !line.startsWith("| steps of the model"))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> line.split("\\|"));
  }

  private static Stream<String> quoted(String cell) {
    return QUOTED
        .matcher(cell)
        .results()
        .map(MatchResult::group)
        .map(text -> text.replace("`", ""));
  }

  private static String report() throws IOException {
    return Files.readString(REPORT, StandardCharsets.UTF_8);
  }
}
