package dev.intermission.djl.learn; // what a learner steps with is not public

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import dev.intermission.djl.data.Examples;
import dev.intermission.djl.program.ExampleSet;
import dev.intermission.djl.program.TrainingProgram;
import dev.intermission.sdk.Crew;
import dev.intermission.sdk.SnapshotBuffers;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.TreeMap;

/**
 * Trains a multi-layer perceptron as wide as its input and prints medians in milliseconds: of a step, of the optimizer in it, and, for
 * ours, of the copy that a checkpoint makes training wait for.
 *
 * <pre>java ... Steps ours|plain SIDE LAYERS BATCH STEPS WARMUP THREADS</pre>
 */
final class Steps {

  private static final float RATE = 1e-4f;
  private static final int COPIES = 9;

  private final int side;
  private final int layers;
  private final Examples batch;
  private final int threads;
  private final double[] steps;
  private final double[] updates;
  private final int warmUp;

  private Steps(int[] numbers) {
    side = numbers[0];
    layers = numbers[1];
    batch = examples(numbers[2], side);
    steps = new double[numbers[3]];
    updates = new double[numbers[3]];
    warmUp = numbers[4];
    threads = numbers[5];
  }

  public static void main(String[] args) throws Exception {
    var steps = new Steps(Arrays.stream(args).skip(1).mapToInt(Integer::parseInt).toArray());
    if (args[0].equals("ours")) steps.ours();
    else steps.plain();
  }

  /** As Learner.step does it. */
  private void ours() {
    try (var network = Network.create(new Perceptron(), 1, threads);
        var crew = Crew.of(threads)) {
      var adam = new Adam(network.trained(), crew);
      for (var step = -warmUp; step < steps.length; step++) {
        var begun = System.nanoTime();
        network.learn(this::tensors, 1, step);
        var learned = System.nanoTime();
        var update = adam.begin(RATE);
        network.eachGradient(
            (name, gradient) ->
                update.apply(name, network.weights().get(name).view().asFloatBuffer(), gradient.asFloatBuffer()));
        note(step, begun, learned);
      }
      say("step", steps);
      say("optimizer", updates);
      say("stall", copies(network, adam, crew));
    }
  }

  private ExampleSet.Batch tensors(NDManager owner) {
    var labels = new float[batch.count()];
    for (var row = 0; row < labels.length; row++) labels[row] = batch.labels()[row];
    return new ExampleSet.Batch(
        new NDList(owner.create(batch.pixels(), new Shape(batch.count(), 1, side, side))),
        new NDList(owner.create(labels, new Shape(labels.length))));
  }

  /** Its one batch is given to the network directly. */
  private final class Perceptron implements TrainingProgram {
    @Override
    public Block network() {
      return block();
    }

    @Override
    public Shape input() {
      return new Shape(1, 1, side, side);
    }

    @Override
    public ExampleSet training() {
      throw new UnsupportedOperationException("there is one batch");
    }

    @Override
    public ExampleSet validation() {
      throw new UnsupportedOperationException("there is one batch");
    }

    @Override
    public String dataSet() {
      return "noise";
    }
  }

  private double[] copies(Network network, Adam adam, Crew crew) {
    var state = new TreeMap<String, ByteBuffer>();
    network.weights().forEach((name, weights) -> state.put(name, weights.view()));
    adam.moments().forEach((name, moments) -> {
      state.put(name + ".mean", moments.mean());
      state.put(name + ".square", moments.square());
    });
    var buffers = SnapshotBuffers.reserve(state, crew);
    var copies = new double[COPIES];
    for (var i = 0; i < COPIES; i++) copies[i] = buffers.timeCopy(state).toNanos() / 1e6;
    return copies;
  }

  /** As DJL's own documentation trains. */
  private void plain() {
    Engine.getEngine("PyTorch"); // loads libtorch
    JniUtils.setNumThreads(threads);
    var config =
        new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
            .optDevices(new Device[] {Device.cpu()})
            .optOptimizer(Optimizer.adam().optLearningRateTracker(Tracker.fixed(RATE)).build());
    try (var model = Model.newInstance("plain", "PyTorch")) {
      model.setBlock(block());
      try (var trainer = model.newTrainer(config)) {
        trainer.initialize(new Shape(1, 1, side, side));
        for (var step = -warmUp; step < steps.length; step++) {
          var begun = System.nanoTime();
          try (var memory = trainer.getManager().newSubManager()) {
            var images = memory.create(batch.pixels(), new Shape(batch.count(), 1, side, side));
            var labels = memory.create(batch.labels());
            try (var gradients = trainer.newGradientCollector()) {
              var loss = trainer.getLoss().evaluate(new NDList(labels), trainer.forward(new NDList(images)));
              gradients.backward(loss);
              loss.getFloat();
            }
            var learned = System.nanoTime();
            trainer.step();
            note(step, begun, learned);
          }
        }
      }
    }
    say("step", steps);
    say("optimizer", updates);
  }

  private void note(int step, long begun, long learned) {
    if (step < 0) return;
    var now = System.nanoTime();
    steps[step] = (now - begun) / 1e6;
    updates[step] = (now - learned) / 1e6;
  }

  private SequentialBlock block() {
    var block = new SequentialBlock().add(Blocks.batchFlattenBlock());
    for (var layer = 0; layer < layers; layer++) block.add(Linear.builder().setUnits((long) side * side).build()).add(Activation::relu);
    return block.add(Linear.builder().setUnits(10).build());
  }

  /** The same numbers as in steps_torch.py. */
  private static Examples examples(int count, int side) {
    var pixels = new float[count * side * side];
    for (var i = 0; i < pixels.length; i++) pixels[i] = (i * 7919L % 65_536) / 65_536f - 0.5f;
    var labels = new int[count];
    for (var i = 0; i < count; i++) labels[i] = i % 10;
    return new Examples(pixels, labels, side);
  }

  private static void say(String what, double[] millis) {
    Arrays.sort(millis);
    System.out.printf("%s %.4f%n", what, millis[millis.length / 2]);
  }
}
