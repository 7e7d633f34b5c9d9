package dev.intermission.operator.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel charges this process, which is what a memory limit counts; heap size is not. */
final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ResidentMemory() {}

  /** Bytes, or NaN where there is no {@code /proc}: Prometheus then shows a gap, not a zero. */
  static double bytes() {
    try (var lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024.0)
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException noProc) {
      return Double.NaN;
    }
  }
}
