package dev.intermission.operator.act;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.function.Supplier;

/** Draws the values that only a run's own preStop hooks and agents know. */
public final class DrainTokens implements Supplier<String> {
  private final SecureRandom random = new SecureRandom();

  @Override
  public String get() {
    var bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
