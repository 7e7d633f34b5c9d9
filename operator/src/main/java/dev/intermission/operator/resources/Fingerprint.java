package dev.intermission.operator.resources;

import dev.intermission.api.v1alpha1.TrainingJobSpec;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/** A short name for everything of a spec that goes into a child Job; pausing does not change it. */
public final class Fingerprint {
  private final KubernetesSerialization serialization;

  /** The client's serialization, so that absent and default read alike. */
  public Fingerprint(KubernetesSerialization serialization) {
    this.serialization = serialization;
  }

  /** 16 hex digits. */
  public String of(TrainingJobSpec spec) {
    var checkpoint = spec.checkpoint();
    var parts =
        new ArrayList<Object>(
            List.of(
                spec.workers(),
                spec.template(),
                checkpoint.every(),
                checkpoint.storage(),
                checkpoint.volume()));
    if (!spec.overrides().isEmpty()) parts.add(new TreeMap<>(spec.overrides()));
    checkpoint.watch().ifPresent(parts::add);
    spec.pause().signal().ifPresent(parts::add);
    try {
      var text = serialization.asJson(parts).getBytes(StandardCharsets.UTF_8);
      var sum = MessageDigest.getInstance("SHA-256").digest(text);
      return HexFormat.of().formatHex(sum, 0, 8);
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }
}
