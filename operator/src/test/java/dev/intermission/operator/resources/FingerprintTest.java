package dev.intermission.operator.resources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.ApiSerialization;
import dev.intermission.api.v1alpha1.PauseSignal;
import dev.intermission.api.v1alpha1.TrainingJobSpec;
import dev.intermission.api.v1alpha1.WatchSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What makes a run begin anew, and what does not. */
class FingerprintTest {

  private final Fingerprint fingerprint = new Fingerprint(ApiSerialization.create());
  private final TrainingJobSpec spec = TrainingJobSpec.of(new PodTemplateSpec());

  @Test
  void pausingIsNoOtherSpec() {
    assertThat(fingerprint.of(spec.withPaused(true))).isEqualTo(fingerprint.of(spec));
  }

  @Test
  void otherOverridesAreAnotherSpec() {
    var one = spec.withOverrides(Map.of("learningRate", "0.002"));

    assertThat(fingerprint.of(one)).isNotEqualTo(fingerprint.of(spec));
    assertThat(fingerprint.of(one.withOverrides(Map.of("learningRate", "0.001"))))
        .isNotEqualTo(fingerprint.of(one));
    assertThat(fingerprint.of(one.withOverrides(Map.of()))).isEqualTo(fingerprint.of(spec));
  }

  @Test
  void theirOrderMeansNothing() {
    var there = new LinkedHashMap<String, String>();
    there.put("a", "1");
    there.put("b", "2");
    var back = new LinkedHashMap<String, String>();
    back.put("b", "2");
    back.put("a", "1");

    assertThat(fingerprint.of(spec.withOverrides(there)))
        .isEqualTo(fingerprint.of(spec.withOverrides(back)));
  }

  @Test
  void whatAScriptIsWatchedAndSignalledByBelongsToItsPods() {
    var watched = spec.withCheckpoint(spec.checkpoint().withWatch(watch("last.pt")));
    var renamed = spec.withCheckpoint(spec.checkpoint().withWatch(watch("best.pt")));
    var signalled = watched.withPause(watched.pause().withSignal(PauseSignal.SIGTERM));

    assertThat(List.of(spec, watched, renamed, signalled))
        .extracting(fingerprint::of)
        .doesNotHaveDuplicates();
  }

  private static WatchSpec watch(String pattern) {
    return new WatchSpec("/out", pattern, null, Optional.empty(), Optional.empty(), null);
  }
}
