package dev.intermission.djl.state;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.intermission.djl.learn.Adam;
import dev.intermission.djl.learn.Evaluations;
import dev.intermission.djl.learn.Learner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads a checkpoint back into a learner of the same architecture. */
public final class CheckpointFiles {

  static final String MODEL = "model.safetensors";
  static final String OPTIMIZER = "optimizer.safetensors";
  static final String STATE = "state.json";
  static final String ARCHITECTURE = "architecture.json";
  static final String PROFILE = "numeric-profile.json";
  static final String EVALUATIONS = "evaluations.json";
  static final String BEST = "best.safetensors";

  /** The verdict of a resume that continues bit by bit. */
  public static final String EXACT = "exact";

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS) // a schedule that is no record
          .enable(
              DeserializationFeature
                  .FAIL_ON_MISSING_CREATOR_PROPERTIES) // a counter that is not there must not read
          // as zero
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private CheckpointFiles() {}

  /**
   * Sets every number of {@code learner} that a next step depends on, and of its evaluations. On an
   * error the learner is half restored: throw it away.
   *
   * @return {@link #EXACT}, or what makes the steps that follow differ in bits, such as {@code not
   *     bit-exact: threads 2 -> 4}
   * @throws ArchitectureMismatch the checkpoint is of another network or optimizer
   */
  public static String restore(Learner learner, Evaluations evaluations, Path directory)
      throws IOException {
    var state = readJson(directory.resolve(STATE), StateFile.class);
    if (!state.optimizer().id().equals(Adam.ID)) {
      ArchitectureMismatch.check(
          STATE,
          new TreeMap<>(Map.of("optimizer", state.optimizer().id())),
          new TreeMap<>(Map.of("optimizer", Adam.ID)));
    }
    var live = LearnerTensors.live(learner);
    SafeTensors.readInto(live.weights(), directory.resolve(MODEL));
    SafeTensors.readInto(live.moments(), directory.resolve(OPTIMIZER));
    learner.adam().restoreUpdates(state.optimizer().updates());
    var cut = StateFile.of(learner).data();
    learner.restore(
        state.position().recut(state.data().batchSize(), cut.batchSize(), cut.batchesPerEpoch()),
        new Learner.Report(
            state.metrics().getOrDefault("loss", Double.NaN).floatValue(),
            state.metrics().getOrDefault("accuracy", 0.0),
            state.metrics().getOrDefault("learningRate", 0.0).floatValue()));
    BestWeights.restore(learner, evaluations, directory);
    return verdict(
        differences(state, learner, profileOf(directory), profile(learner, evaluations)));
  }

  static void writeJson(Path file, Object value) throws IOException {
    Files.write(file, JSON.writeValueAsBytes(value));
  }

  static JsonNode tree(Object value) {
    return JSON.valueToTree(value);
  }

  private static Map<String, String> profileOf(Path directory) throws IOException {
    return JSON.readValue(directory.resolve(PROFILE).toFile(), new TypeReference<>() {});
  }

  static <T> T readJson(Path file, Class<T> type) throws IOException {
    return JSON.readValue(file.toFile(), type);
  }

  /** What decides the bits, and which of them are the best, beyond what the other files say. */
  static Map<String, String> profile(Learner learner, Evaluations evaluations) {
    var profile = new TreeMap<>(learner.profile());
    profile.putAll(evaluations.plan().traits());
    return profile;
  }

  private static List<String> differences(
      StateFile saved,
      Learner learner,
      Map<String, String> savedProfile,
      Map<String, String> profile) {
    var differences = new ArrayList<String>();
    var now = StateFile.of(learner);
    compare(differences, "batchSize", saved.data().batchSize(), now.data().batchSize());
    compare(differences, "data", saved.data().set(), now.data().set());
    compare(
        differences,
        "schedule",
        saved.schedule().toString(), // as text: 0.002 read back is a double
        now.schedule().toString());
    compare(differences, "seeds", saved.rng().seeds(), now.rng().seeds());
    var keys = new TreeSet<>(profile.keySet());
    keys.addAll(savedProfile.keySet());
    for (var key : keys) {
      compare(
          differences,
          key,
          savedProfile.getOrDefault(key, "unknown"),
          profile.getOrDefault(key, "unknown"));
    }
    return differences;
  }

  private static void compare(List<String> differences, String what, Object saved, Object now) {
    if (!saved.equals(now)) differences.add("%s %s -> %s".formatted(what, saved, now));
  }

  private static String verdict(List<String> differences) {
    return differences.isEmpty() ? EXACT : "not bit-exact: " + String.join(", ", differences);
  }
}
