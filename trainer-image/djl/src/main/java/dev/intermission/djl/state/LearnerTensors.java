package dev.intermission.djl.state;

import dev.intermission.djl.learn.Learner;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything of a learner that is a tensor.
 *
 * @param weights parameters and buffers by name
 * @param moments of each trained parameter, {@code <name>.mean} and {@code <name>.square}
 */
record LearnerTensors(SortedMap<String, Tensor> weights, SortedMap<String, Tensor> moments) {

  private static final String WEIGHTS = "weights/";
  private static final String MOMENTS = "moments/";

  /** Views of the live memory: they change with every step. */
  static LearnerTensors live(Learner learner) {
    var weights = new TreeMap<String, Tensor>();
    var moments = new TreeMap<String, Tensor>();
    learner
        .network()
        .weights()
        .forEach((name, tensor) -> weights.put(name, new Tensor(tensor.shape(), tensor.view())));
    learner
        .adam()
        .moments()
        .forEach(
            (name, state) -> {
              var shape = learner.network().weights().get(name).shape();
              moments.put(name + ".mean", new Tensor(shape, state.mean()));
              moments.put(name + ".square", new Tensor(shape, state.square()));
            });
    return new LearnerTensors(
        Collections.unmodifiableSortedMap(weights), Collections.unmodifiableSortedMap(moments));
  }

  /** All buffers under names that tell the two kinds apart. */
  Map<String, ByteBuffer> buffers() {
    var buffers = new TreeMap<String, ByteBuffer>();
    weights.forEach((name, tensor) -> buffers.put(WEIGHTS + name, tensor.data()));
    moments.forEach((name, tensor) -> buffers.put(MOMENTS + name, tensor.data()));
    return buffers;
  }

  /** The same tensors over other buffers, named as {@link #buffers} names them. */
  LearnerTensors over(Map<String, ByteBuffer> buffers) {
    return new LearnerTensors(
        replaced(weights, WEIGHTS, buffers), replaced(moments, MOMENTS, buffers));
  }

  private static SortedMap<String, Tensor> replaced(
      SortedMap<String, Tensor> tensors, String prefix, Map<String, ByteBuffer> buffers) {
    var replaced = new TreeMap<String, Tensor>();
    tensors.forEach(
        (name, tensor) ->
            replaced.put(
                name, new Tensor(List.copyOf(tensor.shape()), buffers.get(prefix + name))));
    return replaced;
  }

  Digests digests() {
    return new Digests(Digest.of(weights), Digest.of(moments));
  }
}
