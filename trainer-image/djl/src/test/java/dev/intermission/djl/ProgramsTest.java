package dev.intermission.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.djl.builtin.DigitsProgram;
import dev.intermission.djl.builtin.TextProgram;
import dev.intermission.djl.builtin.TorchScriptProgram;
import dev.intermission.djl.settings.InvalidSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs of users: found in a jar, set like the trainer itself, saved when they fail. */
class ProgramsTest {

  /** The digits, but for what happens when the seventh batch is asked for. */
  private static final String FAILING =
      """
      import ai.djl.ndarray.NDManager;
      import ai.djl.ndarray.types.Shape;
      import ai.djl.nn.Block;
      import dev.intermission.djl.builtin.DigitsProgram;
      import dev.intermission.djl.learn.ConstantSchedule;
      import dev.intermission.djl.program.AdamW;
      import dev.intermission.djl.program.ExampleSet;
      import dev.intermission.djl.program.Schedule;
      import dev.intermission.djl.program.TrainingProgram;
      import java.util.ArrayList;
      import java.util.Map;
      import picocli.CommandLine.Option;

      public final class %1$s implements TrainingProgram {
        private final DigitsProgram digits = new DigitsProgram();
        @Option(names = "--fail-at", defaultValue = "1000")
        private int failAt;

        @Override public Block network() { return digits.network(); }
        @Override public Shape input() { return digits.input(); }
        @Override public ExampleSet validation() { return digits.validation(); }
        @Override public String dataSet() { return "digits of a user"; }
        @Override public Map<String, String> defaults() { return Map.of("batch-size", "32"); }
        @Override public AdamW optimizer(AdamW chosen) { return new AdamW(0.25f); }
        @Override public Schedule schedule(Schedule chosen) { return new ConstantSchedule(0.001f, 0, chosen.totalSteps()); }
        @Override public ExampleSet training() {
          var set = digits.training();
          return new ExampleSet() {
            private int asked;
            @Override public int count() { return set.count(); }
            @Override public Batch batch(NDManager owner, int... indices) {
              if (++asked == failAt) {
                %2$s
              }
              return set.batch(owner, indices);
            }
          };
        }
      }
      """;

  @TempDir private Path jars;
  @TempDir private Path directory;

  @Test
  void theImageBringsThree() {
    assertThat(new Programs(jars).find("digits")).isInstanceOf(DigitsProgram.class);
    assertThat(new Programs(jars).find("text")).isInstanceOf(TextProgram.class);
    assertThat(new Programs(jars).find("torchscript")).isInstanceOf(TorchScriptProgram.class);
  }

  @Test
  void aClassOfAJarIsTrainedWithSettingsOfItsOwn() throws Exception {
    TestingJar.build(jars, "Mine", FAILING.formatted("Mine", "throw new IllegalStateException();"));
    try (var trainer = start(Map.of(), "--program", "user.Mine", "--fail-at=2000")) {
      assertThat(trainer.exitCode()).as(trainer::output).isZero();
      assertThat(trainer.output())
          .contains("batch-size=32 (batch-size of user.Mine)", "fail-at=2000 (--fail-at)")
          .contains("finished at step 80");
      assertThat(trainer.checkpoint(80).numericProfile()).containsEntry("weightDecay", "0.25");
      assertThat(trainer.directory().checkpoints().folder(80).resolve("state.json"))
          .content()
          .contains("\"kind\" : \"constant\"");
    }
    try (var trainer =
        start(Map.of("TRAIN_FAILAT", "2"), "--program", "user.Mine", "--batch-size=64")) {
      assertThat(trainer.exitCode()).isEqualTo(2);
      assertThat(trainer.output()).contains("did you mean TRAIN_FAIL_AT?");
    }
  }

  @Test
  void dataThatThrowsLosesNoStepBeforeIt() throws Exception {
    TestingJar.build(
        jars, "Torn", FAILING.formatted("Torn", "throw new IllegalStateException(\"torn data\");"));
    try (var trainer = start(Map.of(), "--program", "user.Torn", "--fail-at=7")) {
      assertThat(trainer.exitCode()).isEqualTo(1);
      assertThat(trainer.output())
          .contains("step 7 failed", "torn data", "saved before the end: step 6");
      assertThat(trainer.checkpoint(6).finished()).isFalse();
    }
  }

  @Test
  void aHeapThatIsFullLosesNoStepBeforeIt() throws Exception {
    var eat = "var all = new ArrayList<long[]>(); while (true) all.add(new long[8192]);";
    TestingJar.build(jars, "Hungry", FAILING.formatted("Hungry", eat));
    var smallHeap = Map.of("JDK_JAVA_OPTIONS", "-Xmx64m -XX:MaxDirectMemorySize=1g");
    try (var trainer = start(smallHeap, "--program", "user.Hungry", "--fail-at=7")) {
      assertThat(trainer.exitCode()).as(trainer::output).isEqualTo(1);
      assertThat(trainer.output()).contains("OutOfMemoryError", "saved before the end: step 6");
      assertThat(trainer.checkpoint(6).digests()).containsKeys("weights", "moments");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Other    | no such class",
        "Plain    | does not implement dev.intermission.djl.program.TrainingProgram",
        "Hidden   | not public with a public constructor",
        "Breaking | its constructor failed: java.lang.IllegalStateException: no data here"
      })
  void whatIsNoProgramIsRefusedWithTheReason(String name, String reason) throws IOException {
    TestingJar.build(jars, "Plain", "public class Plain {}");
    var rest =
        FAILING.formatted("Hidden", "").replace("public final class Hidden", "final class Hidden");
    TestingJar.build(jars, "Hidden", rest);
    TestingJar.build(
        jars,
        "Breaking",
        FAILING
            .formatted("Breaking", "")
            .replace(
                "private int failAt;",
                "private int failAt; public Breaking() { throw new"
                    + " IllegalStateException(\"no data here\"); }"));

    assertThatThrownBy(() -> new Programs(jars).find("user." + name))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContainingAll("--program user." + name, reason, "Nothing was started");
  }

  @Test
  void aFolderThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> new Programs(jars.resolve("none")).find("user.Mine"))
        .hasMessageContainingAll("none, which has no jars", "digits, text and torchscript");
  }

  private TrainerProcess start(Map<String, String> environment, String... arguments)
      throws IOException {
    var all = new ArrayList<>(List.of("--programs", jars.toString()));
    all.addAll(List.of(arguments));
    return TrainerProcess.start(directory, environment, all.toArray(String[]::new));
  }
}
