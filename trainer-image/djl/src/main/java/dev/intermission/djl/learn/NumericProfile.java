package dev.intermission.djl.learn;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What decides the bits of libtorch's arithmetic besides the program. Measured: thread count,
 * instruction set and library version each change the weights; the JDK and the number of cores do
 * not. The processor's model is part of it because oneDNN and MKL choose their kernels and block
 * sizes by it.
 */
public final class NumericProfile {

  private static final Path CPUINFO = Path.of("/proc/cpuinfo");
  private static final Set<String> AVX512 = Set.of("avx512f", "avx512bw", "avx512dq", "avx512vl");

  private NumericProfile() {}

  /** The profile of this process; the engine must have been started. */
  public static Map<String, String> current() {
    var profile = new TreeMap<String, String>();
    profile.put("threads", Integer.toString(JniUtils.getNumThreads()));
    profile.put(
        "isa", environment("ATEN_CPU_CAPABILITY").orElseGet(() -> widest(cpuinfo("flags"))));
    profile.put("onednn", environment("ONEDNN_MAX_CPU_ISA").orElse("widest"));
    profile.put("mkl", environment("MKL_CBWR").orElse("fastest"));
    profile.put("cpu", cpuinfo("model name").orElse("unknown"));
    profile.put("libtorch", Engine.getEngine("PyTorch").getVersion());
    profile.put("jni", Engine.getDjlVersion());
    return profile;
  }

  private static Optional<String> environment(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
  }

  private static String widest(Optional<String> flags) {
    var words = new HashSet<>(List.of(flags.orElse("").split(" +")));
    if (words.containsAll(AVX512)) return "avx512";
    return words.contains("avx2") ? "avx2" : "default";
  }

  /** The value of the first processor; all of a machine's are alike. */
  private static Optional<String> cpuinfo(String key) {
    try (var lines = Files.lines(CPUINFO)) {
      return lines
          .filter(line -> line.startsWith(key))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip());
    } catch (IOException _) {
      return Optional
          .empty(); // not Linux, or /proc is hidden: "unknown" differs from every known one
    }
  }
}
