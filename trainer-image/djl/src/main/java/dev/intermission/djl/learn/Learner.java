package dev.intermission.djl.learn;

import dev.intermission.djl.data.Batches;
import dev.intermission.djl.data.Digits;
import dev.intermission.djl.data.Position;
import dev.intermission.sdk.Crew;
import java.nio.ByteBuffer;

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
  private final Digits digits;
  private Position position = Position.START;
  private float loss = Float.NaN;
  private double accuracy;
  private boolean whole = true;

  private Learner(Recipe recipe, Network network, Digits digits) {
    this.recipe = recipe;
    this.network = network;
    this.digits = digits;
    crew = Crew.of(recipe.threads());
    adam = new Adam(network.trained(), crew);
    batches = new Batches(digits.training(), recipe.batchSize(), recipe.seeds().order());
  }

  /** A learner at its start: the same bits for the same recipe. */
  public static Learner create(Recipe recipe) {
    return create(recipe, Digits.load());
  }

  /** A learner on other digits. */
  public static Learner create(Recipe recipe, Digits digits) {
    return new Learner(recipe, Network.create(recipe.seeds().weights(), recipe.threads()), digits);
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
      var found = network.learn(batches.at(position), recipe.seeds().noiseAt(position.step()));
      if (!Float.isFinite(found)) throw NotFinite.loss(found, position);
      return found;
    } catch (RuntimeException | OutOfMemoryError failure) {
      network.putBackBuffers();
      throw failure;
    }
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

  /** Measures the validation accuracy; changes nothing that training depends on. */
  public double validate() {
    accuracy = network.accuracy(digits.validation());
    return accuracy;
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
