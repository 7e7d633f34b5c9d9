package dev.intermission.djl.builtin;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * A TorchScript module as a block: its parameters, under their names in Python, are the block's.
 *
 * <p>Read when the block is initialised, into the memory of whoever initialises it. For one thread.
 */
final class TorchScriptBlock extends AbstractBlock {

  private final TorchScriptFile file;
  private PtSymbolBlock module;

  TorchScriptBlock(TorchScriptFile file) {
    this.file = file;
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
    module = load((PtNDManager) manager);
    JniUtils.enableTrainingMode(module); // the block takes for granted that it is, the file may not
    for (var array : JniUtils.moduleGetParams(module, (PtNDManager) manager)) {
      var parameter = addParameter(parameter(array));
      parameter.initialize(manager, type); // which has an array: this asks for its gradient
    }
    if (getDirectParameters().values().stream().noneMatch(Parameter::requiresGradient))
      throw new IllegalArgumentException(
          "--module %s has no parameter that wants a gradient".formatted(file.path()));
  }

  /**
   * As written, without the optimizer of graphs: that one watches the first passes and then
   * computes otherwise, so that a process that resumes would not have the bits of one that went on.
   */
  private PtSymbolBlock load(PtNDManager manager) {
    JniUtils.setGraphExecutorOptimize(false);
    try {
      return JniUtils.loadModule(manager, file.path(), false, new String[0], new String[0], true);
    } catch (EngineException e) {
      throw new IllegalArgumentException(
          "--module %s cannot be loaded: %s"
              .formatted(file.path(), e.getMessage().lines().findFirst().orElse("")),
          e);
    }
  }

  private Parameter parameter(NDArray array) {
    if (array.getDataType() != DataType.FLOAT32)
      throw new IllegalArgumentException(
          "--module %s: parameter %s is %s; only float32 is trained"
              .formatted(file.path(), array.getName(), array.getDataType()));
    return Parameter.builder()
        .setName(array.getName())
        .setType(Parameter.Type.OTHER)
        .optArray(array)
        .optRequiresGrad(array.hasGradient())
        .build();
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    return module.forward(store, inputs, training);
  }

  /** What a forward pass would tell; nobody asks. */
  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    throw new UnsupportedOperationException("known to the module alone");
  }
}
