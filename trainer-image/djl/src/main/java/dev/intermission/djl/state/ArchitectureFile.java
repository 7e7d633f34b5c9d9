package dev.intermission.djl.state;

import dev.intermission.djl.learn.Adam;
import dev.intermission.djl.learn.Network;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code architecture.json}: which network and optimizer the tensors belong to, without opening
 * them.
 */
record ArchitectureFile(String optimizer, List<Described> tensors) {

  /** One tensor; {@code role} is {@code parameter} or {@code buffer}. */
  record Described(String name, List<Long> shape, String dtype, String role) {}

  static ArchitectureFile of(Network network) {
    var tensors = new ArrayList<Described>();
    network
        .weights()
        .forEach(
            (name, weights) ->
                tensors.add(
                    new Described(
                        name,
                        weights.shape(),
                        Tensor.DTYPE,
                        weights.trained() ? "parameter" : "buffer")));
    return new ArchitectureFile(Adam.ID, List.copyOf(tensors));
  }
}
