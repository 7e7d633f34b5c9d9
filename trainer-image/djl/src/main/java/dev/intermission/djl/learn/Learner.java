package dev.intermission.djl.learn;

import dev.intermission.djl.data.Batches;
import dev.intermission.djl.data.Position;
import dev.intermission.djl.program.AdamW;
import dev.intermission.djl.program.ExampleSet;
import dev.intermission.djl.program.TrainingProgram;
import dev.intermission.sdk.Crew;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * One training: network, optimizer, schedule, data and the position in it. All that a next step
 * depends on is reachable from here.
 */
public final class Learner implements AutoCloseable {

  private final Recipe recipe;
  private final Network network;
  private final Crew crew;
  private final Adam adam;
  private final Batches batches;
  private final TrainingProgram program;
  private final ExampleSet training;
  private final String dataSet;
  private Position position = Position.START;
  private float loss = Float.NaN;
  private double accuracy;
  private boolean whole = true;

  private Learner(Recipe recipe, Network network, TrainingProgram program) {
    this.recipe = recipe;
    this.network = network;
    this.program = program;
    training = program.training();
    dataSet = program.dataSet();
    crew = Crew.of(recipe.threads());
    adam = new Adam(network.trained(), crew, decay(network, recipe.optimizer()));
    batches = new Batches(training.count(), recipe.batching().perStep(), recipe.seeds().order());
  }

  /** A learner at its start: the same bits for the same recipe and program. */
  public static Learner create(Recipe recipe, TrainingProgram program) {
    return new Learner(
        recipe, Network.create(program, recipe.seeds().weights(), recipe.threads()), program);
  }

  /** Biases and scales have one dimension; pulling them to zero would only do harm. */
  private static Map<String, Float> decay(Network network, AdamW optimizer) {
    var decay = new TreeMap<String, Float>();
    network
        .weights()
        .forEach(
            (name, weights) -> {
              if (weights.shape().size() > 1) decay.put(name, optimizer.weightDecay());
            });
    return decay;
  }

  /**
   * Makes one optimizer update, or fails and is at the boundary before, as if it had not been
   * tried, unless {@link #isWhole} denies it.
   *
   * @throws NotFinite the loss, a gradient or a weight is not a finite number
   */
  public void step() {
    var newLoss = lossAndGradients();
    whole = false; // what fails from here on leaves some weights moved and others not
    var update = adam.begin(recipe.schedule().after(position.step()));
    network.eachGradient((name, gradient) -> move(update, name, gradient));
    loss = newLoss;
    position = position.next(batches.perEpoch());
    whole = true;
  }

  private float lossAndGradients() {
    network.keepBuffers();
    try {
      var examples = batches.at(position);
      var passes = recipe.batching().accumulated();
      var sum = 0f;
      for (var pass = 0; pass < passes; pass++) sum += pass(examples, pass);
      var mean = sum / passes;
      if (!Float.isFinite(mean)) throw NotFinite.loss(mean, position);
      return mean;
    } catch (RuntimeException | OutOfMemoryError failure) {
      network.putBackBuffers();
      throw failure;
    }
  }

  private float pass(int[] examples, int pass) {
    var size = recipe.batching().size();
    var part = Arrays.copyOfRange(examples, pass * size, (pass + 1) * size);
    return network.learn(
        owner -> training.batch(owner, part),
        recipe.batching().accumulated(),
        recipe.seeds().noiseAt(position.step(), pass));
  }

  private void move(Adam.Update update, String name, ByteBuffer gradient) {
    var weights = network.weights().get(name).view().asFloatBuffer();
    if (!update.apply(name, weights, gradient.asFloatBuffer()))
      throw NotFinite.parameter(name, position);
  }

  /**
   * Whether this is the state of {@link #position}, and may be saved; false for good after an
   * update that failed half-way.
   */
  public boolean isWhole() {
    return whole;
  }

  /** Measures on the validation examples; changes nothing that training depends on. */
  public Evaluation validate() {
    var examples = program.validation();
    var all = IntStream.range(0, examples.count()).toArray();
    var right = 0L;
    var rows = 0L;
    var sum = 0.0;
    for (var from = 0; from < all.length; from += recipe.batching().size()) {
      var part =
          Arrays.copyOfRange(all, from, Math.min(all.length, from + recipe.batching().size()));
      var judged = network.judge(owner -> examples.batch(owner, part));
      right += judged.right();
      rows += judged.rows();
      sum += (double) judged.loss() * judged.rows();
    }
    accuracy = (double) right / rows;
    return new Evaluation(position.step(), sum / rows, accuracy);
  }

  /** What decides the bits beyond what {@code state.json} says. */
  public Map<String, String> profile() {
    var profile = new TreeMap<>(NumericProfile.current());
    profile.putAll(program.traits());
    if (recipe.batching().accumulated() > 1)
      profile.put("accumulated", Integer.toString(recipe.batching().accumulated()));
    if (recipe.optimizer().weightDecay() > 0)
      profile.put("weightDecay", Float.toString(recipe.optimizer().weightDecay()));
    return profile;
  }

  /** The data, as the program names it. */
  public String dataSet() {
    return dataSet;
  }

  /**
   * Continues from here; weights, moments and the update count are set through {@link #network} and
   * {@link #adam}.
   */
  public void restore(Position restored, Report report) {
    if (restored.batch() >= batches.perEpoch()) {
      throw new IllegalArgumentException(
          "batch %d of an epoch of %d batches".formatted(restored.batch(), batches.perEpoch()));
    }
    position = restored;
    loss = report.loss();
    accuracy = report.accuracy();
  }

  /** Passes over the data with a fraction. */
  public double epoch() {
    return position.epoch() + (double) position.batch() / batches.perEpoch();
  }

  public Position position() {
    return position;
  }

  public Recipe recipe() {
    return recipe;
  }

  public Network network() {
    return network;
  }

  public Adam adam() {
    return adam;
  }

  /** The threads that train, for work of the training thread between two steps. */
  public Crew crew() {
    return crew;
  }

  public int batchesPerEpoch() {
    return batches.perEpoch();
  }

  /** The newest numbers. */
  public Report report() {
    return new Report(loss, accuracy, recipe.schedule().after(position.step()));
  }

  /** What is worth showing. */
  public record Report(float loss, double accuracy, float learningRate) {}

  @Override
  public void close() {
    crew.close();
    network.close();
  }
}
