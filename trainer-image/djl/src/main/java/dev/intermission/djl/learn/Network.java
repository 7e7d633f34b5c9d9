package dev.intermission.djl.learn;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import dev.intermission.djl.program.ExampleSet.Batch;
import dev.intermission.djl.program.TrainingProgram;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;

/**
 * The network in libtorch's memory. Weights are seen and set through views of that memory, valid
 * until {@link #close}.
 *
 * <p>For one thread: libtorch's gradients belong to the thread that asked for them.
 */
public final class Network implements AutoCloseable {

  private final NDManager manager;
  private final Block block;
  private final ParameterStore parameters;
  private final Loss loss;
  private final Map<String, NDArray> tensors = new TreeMap<>();
  private final Map<String, Weights> weights = new TreeMap<>();
  private final Map<String, ByteBuffer> keptBuffers = new TreeMap<>();

  /**
   * One parameter or buffer.
   *
   * @param view its own memory: float32, native byte order
   * @param trained false for a buffer that the forward pass keeps, such as the running mean of a
   *     batch normalisation
   */
  public record Weights(List<Long> shape, ByteBuffer view, boolean trained) {}

  /**
   * Builds the network with weights that are a pure function of the seed.
   *
   * @param threads libtorch threads of one operation: part of the numeric profile, since it decides
   *     the order of sums
   */
  static Network create(TrainingProgram program, long seed, int threads) {
    var engine = Engine.getEngine("PyTorch");
    JniUtils.setNumThreads(threads);
    JniUtils.setSeed(seed);
    return new Network(engine.newBaseManager(Device.cpu()), program);
  }

  private Network(NDManager manager, TrainingProgram program) {
    this.manager = manager;
    block = program.network();
    loss = program.loss();
    parameters = new ParameterStore(manager, false);
    block.initialize(manager, DataType.FLOAT32, program.input());
    for (var entry : block.getParameters()) {
      var array = entry.getValue().getArray();
      tensors.put(entry.getKey(), array);
      weights.put(
          entry.getKey(),
          new Weights(
              LongStream.of(array.getShape().getShape()).boxed().toList(),
              array.toByteBuffer(true).order(ByteOrder.nativeOrder()),
              entry.getValue().requiresGradient()));
    }
    weights.forEach(
        (name, tensor) -> {
          if (!tensor.trained())
            keptBuffers.put(name, ByteBuffer.allocateDirect(tensor.view().capacity()));
        });
  }

  /** Every parameter and buffer by its stable name; writing into a view changes the network. */
  public Map<String, Weights> weights() {
    return Collections.unmodifiableMap(weights);
  }

  /** Views of the parameters that an optimizer moves. */
  Map<String, ByteBuffer> trained() {
    var trained = new TreeMap<String, ByteBuffer>();
    weights.forEach(
        (name, tensor) -> {
          if (tensor.trained()) trained.put(name, tensor.view());
        });
    return trained;
  }

  /** Copies what the forward pass itself changes: running means, little beside the parameters. */
  void keepBuffers() {
    keptBuffers.forEach((name, kept) -> kept.clear().put(weights.get(name).view().duplicate()));
  }

  /** Undoes what forward passes did since {@link #keepBuffers}. */
  void putBackBuffers() {
    keptBuffers.forEach((name, kept) -> weights.get(name).view().duplicate().put(kept.clear()));
  }

  /** Makes the tensors of a batch; the owner closes them. */
  @FunctionalInterface
  interface Source {
    Batch in(NDManager owner);
  }

  /**
   * Forward, loss and backward over one batch; everything random in it follows from {@code seed}.
   *
   * @param passes of how many the gradient is one: it is divided by that many
   * @return the mean loss; the gradients wait for {@link #eachGradient}
   */
  float learn(Source batch, int passes, long seed) {
    JniUtils.setSeed(seed);
    try (var step = manager.newSubManager();
        var gradients = Engine.getEngine("PyTorch").newGradientCollector()) {
      var examples = batch.in(step);
      var output = block.forward(parameters, examples.inputs(), true);
      var mean = loss.evaluate(examples.labels(), output);
      // Never mean.div(passes): DJL frees that operand, and backward still reads it
      gradients.backward(passes == 1 ? mean : mean.div(step.create((float) passes)));
      return mean.getFloat();
    }
  }

  /**
   * Hands out each gradient's own memory: float32, as long as its parameter. It adds up over calls
   * of {@link #learn} unless it is set to zero.
   */
  void eachGradient(BiConsumer<String, ByteBuffer> consumer) {
    trained()
        .forEach(
            (name, _) -> {
              try (var gradient =
                  tensors.get(name).getGradient()) { // a handle; the memory stays libtorch's
                consumer.accept(name, gradient.toByteBuffer(true).order(ByteOrder.nativeOrder()));
              }
            });
  }

  /**
   * Measures a batch: mean loss, and the rows of the output whose most likely class is the label;
   * draws no random numbers and changes nothing.
   */
  Judged judge(Source batch) {
    try (var evaluation = manager.newSubManager()) {
      var examples = batch.in(evaluation);
      var output = block.forward(parameters, examples.inputs(), false);
      var mean = loss.evaluate(examples.labels(), output).getFloat();
      var best = output.singletonOrThrow().argMax(1).toLongArray(); // of [rows, classes]
      var labels = examples.labels().singletonOrThrow().toType(DataType.INT64, false).toLongArray();
      var right = 0L;
      for (var row = 0; row < best.length; row++) if (best[row] == labels[row]) right++;
      return new Judged(right, best.length, mean);
    }
  }

  /** How many rows are right, of how many, and their mean loss. */
  record Judged(long right, long rows, float loss) {}

  /** Tensors in libtorch's memory that live as long as this network: the same after every step. */
  int liveArrays() {
    return manager.getManagedArrays().size();
  }

  @Override
  public void close() {
    manager.close();
  }
}
