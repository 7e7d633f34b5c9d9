package dev.intermission.djl.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

class SettingsTest {

  @TempDir private Path directory;

  @Command(mixinStandardHelpOptions = true)
  private static final class Program {
    @Option(names = "--config")
    private Path config;

    @Option(names = "--batch-size", defaultValue = "64")
    private int batchSize;

    @Option(
        names = {"-w", "--warm-up"},
        defaultValue = "100")
    private long warmUp;

    @Option(names = "--shape", defaultValue = "1,8,8", split = ",")
    private long[] shape;
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', '', 64, default",
    "'', '', 3, 3, batch-size in",
    "'', 2, 3, 2, TRAIN_BATCH_SIZE",
    "1, 2, 3, 1, --batch-size",
    "1, '', 3, 1, --batch-size",
    "'', ' ', 3, 3, batch-size in",
    "'', ' 2 ', '', 2, TRAIN_BATCH_SIZE"
  })
  void aFlagGoesBeforeAVariableAndThatBeforeTheFile(
      String flag, String variable, String line, int value, String origin) throws IOException {
    var file = file(line.isEmpty() ? "" : "batch-size: " + line);
    var arguments =
        flag.isEmpty()
            ? new String[] {"--config", file}
            : new String[] {"--batch-size", flag, "--config", file};
    var environment = Map.of("TRAIN_BATCH_SIZE", variable);

    var program = new Program();
    var settings = Settings.read(environment, arguments);
    var parsed = parse(program, settings, arguments);

    assertThat(program.batchSize).isEqualTo(value);
    assertThat(settings.describe(parsed))
        .contains("batch-size=%d (%s".formatted(value, origin))
        .contains("warm-up=100 (default)")
        .contains("shape=1,8,8 (default)")
        .doesNotContain("help", "version");
  }

  @Test
  void aVariableCanNameTheFile() throws IOException {
    var program = new Program();
    var settings = Settings.read(Map.of("TRAIN_CONFIG", file("warm-up: 7")));

    parse(program, settings);

    assertThat(program.warmUp).isEqualTo(7);
  }

  /** What decides which other settings there are is looked for by itself. */
  @Test
  void aSettingThatIsNeededEarlyHasTheSameOrder() throws IOException {
    var file = file("program: text");
    var variable = Map.of("TRAIN_PROGRAM", "torchscript");

    assertThat(Settings.read(Map.of()).early("program")).isEmpty();
    assertThat(Settings.read(Map.of(), "--config", file).early("program")).contains("text");
    assertThat(Settings.read(variable, "--config", file).early("program")).contains("torchscript");
    assertThat(Settings.read(variable, "--config=" + file, "--program=mine").early("program"))
        .contains("mine");
  }

  @ParameterizedTest
  @CsvSource({
    "TRAIN_BACH_SIZE, TRAIN_BATCH_SIZE",
    "TRAIN_BATCHSIZE, TRAIN_BATCH_SIZE",
    "TRAIN_WARMUP, TRAIN_WARM_UP"
  })
  void aMisspeltVariableIsRefusedWithTheOneThatWasMeant(String variable, String meant) {
    assertThatThrownBy(() -> refuseUnknown(Settings.read(Map.of(variable, "3"))))
        .hasMessageContaining("Unknown setting: %s; did you mean %s?", variable, meant);
  }

  @Test
  void allUnknownLinesOfTheFileAreNamedAtOnce() throws IOException {
    var file = file("batchsize: 3\nwarm-up: 2\nsteps-per-day: 1\nwarmup: 3\n");

    assertThatThrownBy(() -> refuseUnknown(Settings.read(Map.of(), "--config", file)))
        .hasMessageContaining("batchsize in %s; did you mean batch-size in %s?", file, file)
        .hasMessageContaining("warmup in %s; did you mean warm-up in %s?", file, file)
        .hasMessageContaining("steps-per-day in " + file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRAIN_HELP", "TRAIN_VERSION", "TRAIN_"})
  void whatOnlyAFlagCanSayIsNoVariable(String variable) {
    assertThatThrownBy(() -> refuseUnknown(Settings.read(Map.of(variable, "true"))))
        .hasMessageContaining("Unknown setting: " + variable);
  }

  /** With enableServiceLinks, which is the default, each Service of the namespace gives them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "TRAIN_SERVICE_HOST",
        "TRAIN_SERVICE_PORT_HTTP",
        "TRAIN_PORT",
        "TRAIN_PORT_80_TCP_ADDR",
        "TRAIN_QUEUE_SERVICE_PORT",
        "TRAINER_STEPS",
        "train_steps"
      })
  void whatKubernetesSetsForAServiceIsNoSetting(String variable) {
    refuseUnknown(Settings.read(Map.of(variable, "tcp://10.0.0.7:80")));
  }

  @Test
  void anEmptyFileSaysNothing() throws IOException {
    refuseUnknown(Settings.read(Map.of(), "--config", file("# nothing yet\n")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "- steps              | line 1: expected a mapping",
        "steps                | line 1: expected a mapping",
        "warm-up: [1]         | line 1: \"warm-up\" needs one value",
        "warm-up: {a: 1}      | line 1: \"warm-up\" needs one value",
        "warm-up:             | \"warm-up\" needs one value",
        "warm-up: 1;warm-up: 2| Duplicate field 'warm-up'",
        "warm-up: 1;---;a: 2  | a second document",
        "warm-up: 1; x: 2     | line 2",
        "warm-up: 'x          | line",
        "config: other.yaml   | cannot name another",
      })
  void aFileThatIsNoPlainMappingIsRefusedByItsLine(String content, String problem)
      throws IOException {
    var file = file(content.strip().replace(';', '\n'));

    assertThatThrownBy(() -> Settings.read(Map.of(), "--config", file))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContainingAll(file, problem);
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> Settings.read(Map.of("TRAIN_CONFIG", "/nowhere/train.yaml")))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("/nowhere/train.yaml: there is no such file");
  }

  /** YAML reads 010 as eight and 1_000 as a thousand; a flag does not, and a line is a flag. */
  @Test
  void aValueIsTakenAsItIsWritten() throws IOException {
    var settings = Settings.read(Map.of(), "--config", file("warm-up: 010\nbatch-size: 1_000"));

    assertThat(settings.value("warm-up")).contains("010");
    assertThat(settings.value("batch-size")).contains("1_000");
  }

  private String file(String content) throws IOException {
    return Files.writeString(directory.resolve("train.yaml"), content).toString();
  }

  private static ParseResult parse(Program program, Settings settings, String... arguments) {
    return new CommandLine(program).setDefaultValueProvider(settings).parseArgs(arguments);
  }

  private static void refuseUnknown(Settings settings) {
    settings.refuseUnknown(new CommandLine(new Program()));
  }
}
