package dev.intermission.djl.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import dev.intermission.djl.learn.Batching;
import dev.intermission.djl.learn.ConstantSchedule;
import dev.intermission.djl.learn.Learner;
import dev.intermission.djl.learn.Recipe;
import dev.intermission.djl.learn.Seeds;
import dev.intermission.djl.program.AdamW;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextProgramTest {

  @TempDir private Path folder;

  private static final String SMALL = "--layers=2 --width=16 --heads=2 --context=8 --dropout=0";

  @Test
  void theOneThatTheImageBringsHasMoreThanFiveMillionParameters() {
    try (var manager = Engine.getEngine("PyTorch").newBaseManager()) {
      var program = new TextProgram();
      var network = initialized(program.network(), program.input(), manager);

      var parameters =
          network.getParameters().values().stream()
              .mapToLong(parameter -> parameter.getArray().size())
              .sum();
      assertThat(parameters).isBetween(5_000_000L, 7_000_000L);
      assertThat(program.training().count()).isGreaterThan(7_000);
    }
  }

  @Test
  void anotherTextOfTheSameNameIsOtherData() throws IOException {
    var names = new TreeSet<String>();
    for (var text : List.of("to be or not to be", "to be or not to bo", "To be or not to be")) {
      var file = Files.writeString(folder.resolve("hamlet.txt"), text);
      names.add(TestingText.told(new TextProgram(), "--context=8", "--text=" + file).dataSet());
    }
    assertThat(names)
        .hasSize(3)
        .allMatch(name -> name.matches("hamlet.txt [0-9a-f]{16}, windows of 8"));
  }

  @Test
  void noPlaceLooksAtALaterOne() {
    try (var manager = Engine.getEngine("PyTorch").newBaseManager()) {
      var program = TestingText.program(SMALL.split(" "));
      var network = initialized(program.network(), program.input(), manager);

      var one = output(network, manager, 1, 2, 3, 4, 5, 6, 7, 8);
      var other = output(network, manager, 1, 2, 3, 4, 5, 9, 9, 9);

      var classes = one.length / 8;
      assertThat(Arrays.copyOf(other, 5 * classes)).isEqualTo(Arrays.copyOf(one, 5 * classes));
      assertThat(Arrays.copyOfRange(other, 5 * classes, 6 * classes))
          .isNotEqualTo(Arrays.copyOfRange(one, 5 * classes, 6 * classes));
    }
  }

  @Test
  void theLabelOfACharacterIsTheOneThatFollowsIt() {
    try (var manager = Engine.getEngine("PyTorch").newBaseManager()) {
      var batch = TestingText.program(SMALL.split(" ")).training().batch(manager, 3, 0);

      var inputs = batch.inputs().singletonOrThrow().toLongArray();
      var labels = batch.labels().singletonOrThrow().toLongArray();
      assertThat(batch.inputs().singletonOrThrow().getShape()).isEqualTo(new Shape(2, 8));
      assertThat(Arrays.copyOfRange(labels, 0, 7)).isEqualTo(Arrays.copyOfRange(inputs, 1, 8));
      assertThat(Arrays.copyOfRange(labels, 8, 15)).isEqualTo(Arrays.copyOfRange(inputs, 9, 16));
    }
  }

  @Test
  void itLearnsTheAlphabet() {
    var recipe = new Recipe(new ConstantSchedule(0.01f, 0, 200), 16, Seeds.from(7), 1);
    try (var learner = Learner.create(recipe, TestingText.program(SMALL.split(" ")))) {
      for (var step = 0; step < 200; step++) learner.step();

      assertThat(learner.validate().accuracy()).isGreaterThan(0.95);
    }
  }

  /** Without dropout and batch statistics, two halves and their whole differ by rounding alone. */
  @Test
  void accumulatedPassesAreTheStepOfTheirWholeBatch() {
    var whole = lossAfterSteps(new Batching(16, 1));
    var halves = lossAfterSteps(new Batching(8, 2));

    assertThat(Math.abs(whole - halves)).isLessThan(1e-3f);
    assertThat(Math.abs(whole - lossAfterSteps(new Batching(8, 1)))).isGreaterThan(1e-2f);
  }

  private static float lossAfterSteps(Batching batching) {
    var recipe =
        new Recipe(new ConstantSchedule(0.01f, 0, 5), new AdamW(0.1f), batching, Seeds.from(7), 1);
    try (var learner = Learner.create(recipe, TestingText.program(SMALL.split(" ")))) {
      for (var step = 0; step < 5; step++) learner.step();
      return learner.report().loss();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--heads=5, --width must be a multiple of --heads",
    "--heads=0, must be at least 1",
    "--layers=0, must be at least 1",
    "--dropout=1, --dropout must be",
    "--context=5000, too few for a --context of 5000"
  })
  void settingsThatFitNoNetworkAreRefusedByName(String setting, String problem) {
    var program = TestingText.program(setting);
    var recipe = new Recipe(new ConstantSchedule(0.01f, 0, 5), 4, Seeds.from(7), 1);

    assertThatThrownBy(() -> Learner.create(recipe, program))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(problem);
  }

  private static Block initialized(Block network, Shape input, NDManager manager) {
    network.initialize(manager, DataType.FLOAT32, input);
    return network;
  }

  private static float[] output(Block network, NDManager manager, long... characters) {
    var input = manager.create(characters, new Shape(1, characters.length));
    return network
        .forward(new ParameterStore(manager, false), new NDList(input), false)
        .singletonOrThrow()
        .toFloatArray();
  }
}
