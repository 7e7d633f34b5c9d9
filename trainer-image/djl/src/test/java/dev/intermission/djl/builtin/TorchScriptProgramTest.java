package dev.intermission.djl.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.djl.learn.ConstantSchedule;
import dev.intermission.djl.learn.Learner;
import dev.intermission.djl.learn.Recipe;
import dev.intermission.djl.learn.Seeds;
import dev.intermission.djl.program.TrainingProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchScriptProgramTest {

  private static final Recipe RECIPE =
      new Recipe(new ConstantSchedule(0.005f, 0, 400), 64, Seeds.from(7), 1);

  @TempDir private Path folder;

  @Test
  void learnsFromTheWeightsInTheFileWithItsParametersUnderTheirNames() throws IOException {
    try (var learner = Learner.create(RECIPE, TestingTorchScript.over(module(32)))) {
      assertThat(learner.network().weights())
          .containsOnlyKeys("first", "first_bias", "last", "last_bias");
      var before = learner.validate();

      for (var step = 0; step < 400; step++) learner.step();

      assertThat(before.accuracy()).isLessThan(0.3);
      assertThat(learner.validate().accuracy()).isGreaterThan(0.9);
    }
  }

  @Test
  void whatTheModuleFreezesStaysAsItIs() throws IOException {
    var frozen = TestingModule.writeFrozen(folder.resolve("frozen.pt"), 8, "first");
    try (var learner = Learner.create(RECIPE, TestingTorchScript.over(frozen))) {
      var first = learner.network().weights().get("first");
      var last = learner.network().weights().get("last");
      var firstBefore = first.view().getFloat(0);
      var lastBefore = last.view().getFloat(0);

      for (var step = 0; step < 5; step++) learner.step();

      assertThat(first.trained()).isFalse();
      assertThat(first.view().getFloat(0)).isEqualTo(firstBefore);
      assertThat(last.view().getFloat(0)).isNotEqualTo(lastBefore);
    }
  }

  @Test
  void rowsOfAFileAreItsExamples() throws IOException {
    var rows = new StringBuilder();
    for (var row = 0; row < 500; row++) {
      for (var column = 0; column < 64; column++) rows.append((row + column) % 10).append(',');
      rows.append(row % 10).append('\n');
    }
    var file = Files.writeString(folder.resolve("rows.csv"), rows);
    var program =
        TestingTorchScript.program("--module=" + module(8), "--examples=" + file, "--shape=64");

    assertThat(program.training().count()).isEqualTo(400);
    assertThat(program.validation().count()).isEqualTo(100);
    assertThat(program.dataSet()).matches("rows.csv [0-9a-f]{16}, 500 rows");
  }

  @Test
  void otherExamplesOfTheSameNameAndNumberAreOtherData() throws IOException {
    var names = new TreeSet<String>();
    for (var text :
        List.of(
            "1,2,0\n3,4,1\n5,6,1\n",
            "1,2,1\n3,4,1\n5,6,1\n",
            "1,2,0\n3,4.5,1\n5,6,1\n",
            "3,4,1\n1,2,0\n5,6,1\n")) {
      var file = Files.writeString(folder.resolve("rows.csv"), text);
      names.add(TestingTorchScript.program("--examples=" + file).dataSet());
    }
    assertThat(names).hasSize(4);
    var spaced = Files.writeString(folder.resolve("rows.csv"), "1.0, 2,0\n3,4,1\n5,6, 1\n");
    assertThat(TestingTorchScript.program("--examples=" + spaced).dataSet())
        .as("the same numbers")
        .isIn(names);
  }

  @Test
  void aLineThatIsNoRowIsNamed() throws IOException {
    var file = Files.writeString(folder.resolve("rows.csv"), "1,2,0\n1,0\n");

    assertThatThrownBy(TestingTorchScript.program("--examples=" + file)::training)
        .hasMessageContainingAll("--examples", "rows.csv", "line 2", "expected 2 numbers");
  }

  @Test
  void aShapeThatDoesNotFitTheExamplesIsRefused() {
    assertThatThrownBy(TestingTorchScript.program("--shape=3,8,8")::training)
        .hasMessageContaining("--shape [3, 8, 8] does not fit examples of 64 numbers");
  }

  @Test
  void otherCodeIsNoticedOnResumeAndOtherWeightsAreNot() throws IOException {
    var code = traits(module(8));

    assertThat(traits(module(9))).isEqualTo(code);
    assertThat(traits(TestingModule.writeWith(folder.resolve("other.pt"), 8, "0.5", "0.25")))
        .isNotEqualTo(code);
  }

  @Test
  void buffersAreRefusedByTheirNamesSinceNobodyCouldSaveThem() throws IOException {
    var file =
        TestingModule.writeWith(
            folder.resolve("buffers.pt"),
            8,
            "__buffers__ = []",
            "__buffers__ = [\"running_mean\", \"running_var\", ]");

    assertThatThrownBy(() -> Learner.create(RECIPE, TestingTorchScript.over(file)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("buffers.pt", "running_mean, running_var", "LayerNorm");
  }

  @Test
  void whatIsNoTorchScriptIsRefusedWithWhatToDo() throws IOException {
    var file = Files.writeString(folder.resolve("text.pt"), "weights");

    assertThatThrownBy(() -> Learner.create(RECIPE, TestingTorchScript.over(file)))
        .hasMessageContainingAll("text.pt is no TorchScript", "torch.jit.script");
    assertThatThrownBy(
            () -> Learner.create(RECIPE, TestingTorchScript.over(folder.resolve("none.pt"))))
        .hasMessageContainingAll("none.pt cannot be read");
    var broken =
        TestingModule.writeWith(folder.resolve("broken.pt"), 8, "torch.relu(", "torch.rolu(");
    assertThatThrownBy(() -> Learner.create(RECIPE, TestingTorchScript.over(broken)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("broken.pt cannot be loaded");
    TrainingProgram nothing = TestingTorchScript.program(new String[0]);
    assertThatThrownBy(() -> Learner.create(RECIPE, nothing)).hasMessageContaining("--module");
  }

  private static Object traits(Path module) {
    return TestingTorchScript.over(module).traits();
  }

  private Path module(int hidden) throws IOException {
    return TestingModule.write(folder.resolve("module-" + hidden + ".pt"), hidden);
  }
}
