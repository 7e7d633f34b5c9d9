package dev.intermission.djl.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.djl.builtin.DigitsProgram;
import dev.intermission.djl.builtin.TestingModule;
import dev.intermission.djl.builtin.TestingTorchScript;
import dev.intermission.djl.learn.Evaluations;
import dev.intermission.djl.learn.Learner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchitectureMismatchTest {

  @TempDir private Path directory;
  private Learner learner;
  private String lastLayer;

  @BeforeEach
  void saveALearner() throws IOException {
    learner = Learner.create(TestingTrainings.RECIPE, new DigitsProgram());
    lastLayer =
        learner.network().weights().entrySet().stream()
            .filter(entry -> entry.getValue().shape().equals(List.of(10L, 128L)))
            .findFirst()
            .orElseThrow()
            .getKey();
    TestingTrainings.save(learner, directory);
  }

  @AfterEach
  void closeTheLearner() {
    learner.close();
  }

  @Test
  void anotherShapeIsNamedWithWhatWasExpectedAndFound() throws IOException {
    rewriteModel(
        tensors ->
            tensors.put(
                lastLayer, new Tensor(List.of(12L, 128L), ByteBuffer.allocate(12 * 128 * 4))));

    assertThatThrownBy(
            () -> CheckpointFiles.restore(learner, Evaluations.withoutBest(learner), directory))
        .isInstanceOf(ArchitectureMismatch.class)
        .hasMessageContainingAll(
            "parameter " + lastLayer,
            "expected F32[10, 128]",
            "found F32[12, 128]",
            "Nothing was loaded");
  }

  @Test
  void aParameterThatIsMissingAndOneTooManyAreNamed() throws IOException {
    rewriteModel(tensors -> tensors.put("renamed", tensors.remove(lastLayer)));

    assertThatThrownBy(
            () -> CheckpointFiles.restore(learner, Evaluations.withoutBest(learner), directory))
        .hasMessageContainingAll(lastLayer, "found no such parameter", "1 more differ");
  }

  @Test
  void nothingIsLoadedOfAnotherNetwork() throws IOException {
    var before = TestingTrainings.digestsOf(learner);
    rewriteModel(
        tensors -> {
          tensors.values().forEach(tensor -> tensor.data().putFloat(0, 7));
          tensors.remove(lastLayer);
        });

    assertThatThrownBy(
            () -> CheckpointFiles.restore(learner, Evaluations.withoutBest(learner), directory))
        .isInstanceOf(ArchitectureMismatch.class);

    assertThat(TestingTrainings.digestsOf(learner)).isEqualTo(before);
  }

  @Test
  void anotherOptimizerIsRefused() throws IOException {
    var state = directory.resolve(CheckpointFiles.STATE);
    Files.writeString(state, Files.readString(state).replace("adam-one-pass-v1", "sgd"));

    assertThatThrownBy(
            () -> CheckpointFiles.restore(learner, Evaluations.withoutBest(learner), directory))
        .hasMessageContainingAll("optimizer", "expected adam-one-pass-v1", "found sgd");
  }

  @Test
  void theArchitectureFileDescribesEveryTensor() throws IOException {
    assertThat(directory.resolve(CheckpointFiles.ARCHITECTURE))
        .content()
        .contains(learner.network().weights().keySet())
        .contains("\"optimizer\" : \"adam-one-pass-v1\"", "buffer", "parameter", "F32");
  }

  /** The checkpoint is of a module whose layers had another size. */
  @Test
  void anotherModuleOfTorchScriptIsNamedByItsFirstParameterThatDiffers(@TempDir Path modules)
      throws IOException {
    var saved = modules.resolve("saved");
    try (var small = moduleOf(modules, 8)) {
      TestingTrainings.save(small, saved);
    }
    try (var large = moduleOf(modules, 12)) {
      assertThatThrownBy(
              () -> CheckpointFiles.restore(large, Evaluations.withoutBest(large), saved))
          .isInstanceOf(ArchitectureMismatch.class)
          .hasMessageContainingAll(
              "parameter first in", "expected F32[12, 64]", "found F32[8, 64]", "2 more differ");
    }
  }

  private static Learner moduleOf(Path folder, int hidden) throws IOException {
    return Learner.create(
        TestingTrainings.RECIPE,
        TestingTorchScript.over(TestingModule.write(folder.resolve(hidden + ".pt"), hidden)));
  }

  private interface Edit {
    void apply(TreeMap<String, Tensor> tensors);
  }

  private void rewriteModel(Edit edit) throws IOException {
    var model = directory.resolve(CheckpointFiles.MODEL);
    var tensors = new TreeMap<String, Tensor>();
    LearnerTensors.live(learner)
        .weights()
        .forEach(
            (name, tensor) ->
                tensors.put(
                    name,
                    new Tensor(tensor.shape(), ByteBuffer.allocate(tensor.data().capacity()))));
    edit.apply(tensors);
    Files.delete(model);
    SafeTensors.write(model, tensors);
  }
}
