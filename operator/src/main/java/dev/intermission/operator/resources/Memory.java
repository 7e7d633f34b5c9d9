package dev.intermission.operator.resources;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Sums of memory sizes. */
final class Memory {
  private static final BigDecimal MEBIBYTE = new BigDecimal(1 << 20);

  private Memory() {}

  static BigDecimal bytes(Quantity quantity) {
    return Quantity.getAmountInBytes(quantity);
  }

  /** Rounded up to whole MiB, which reads well in {@code kubectl describe}. */
  static Quantity quantity(BigDecimal bytes) {
    return new Quantity(bytes.divide(MEBIBYTE, 0, RoundingMode.CEILING) + "Mi");
  }

  static Quantity sum(Quantity first, Quantity second) {
    return quantity(bytes(first).add(bytes(second)));
  }
}
