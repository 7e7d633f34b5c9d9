package dev.intermission.djl.state;

import java.nio.ByteBuffer;
import java.util.List;

/** A float32 tensor: row-major, little-endian; the view is not copied. */
public record Tensor(List<Long> shape, ByteBuffer data) {

  static final String DTYPE = "F32";

  public Tensor {
    shape = List.copyOf(shape);
    var bytes = Float.BYTES * shape.stream().reduce(1L, Math::multiplyExact);
    if (bytes != data.capacity()) {
      throw new IllegalArgumentException(
          "shape %s needs %d bytes, there are %d".formatted(shape, bytes, data.capacity()));
    }
  }
}
