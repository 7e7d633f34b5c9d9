package dev.intermission.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.CheckpointSpec;
import dev.intermission.api.v1alpha1.CheckpointStatus;
import dev.intermission.api.v1alpha1.CheckpointsStatus;
import dev.intermission.api.v1alpha1.KeepSpec;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.TrainingJobSpec;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.checkpoint.retention.KeepRule;
import dev.intermission.checkpoint.retention.Stock;
import dev.intermission.checkpoint.retention.Sweep;
import dev.intermission.control.Problem;
import dev.intermission.operator.plan.Action.SweepRetention;
import dev.intermission.operator.plan.Action.SweepRetention.Extent;
import dev.intermission.operator.plan.observation.Agents;
import dev.intermission.operator.plan.observation.Cluster;
import dev.intermission.operator.plan.observation.Observation;
import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.Storage;
import dev.intermission.operator.plan.observation.Subject;
import dev.intermission.operator.plan.observation.TemplateCheck;
import dev.intermission.operator.plan.observation.Upkeep;
import dev.intermission.operator.plan.observation.Upkeep.Swept;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SweepingTest {

  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  /** Hours since the last look and since the last search; negative: never. */
  record Row(String name, Phase phase, double sweptHoursAgo, int searchedHoursAgo, Extent looks) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> due() {
    return Stream.of(
        new Row("never looked -> looks at everything", Phase.RUNNING, -1, -1, Extent.EVERYTHING),
        new Row("training, looked 9 minutes ago -> waits", Phase.RUNNING, 0.15, 1, null),
        new Row(
            "training, looked 11 min ago -> manifests", Phase.RUNNING, 0.19, 1, Extent.MANIFESTS),
        new Row("pausing, looked an hour ago -> manifests", Phase.PAUSING, 1, 1, Extent.MANIFESTS),
        new Row("searched yesterday -> everything", Phase.RUNNING, 1, 25, Extent.EVERYTHING),
        new Row("paused, looked an hour ago -> waits", Phase.PAUSED, 1, 1, null),
        new Row("paused, looked yesterday -> everything", Phase.PAUSED, 25, 25, Extent.EVERYTHING),
        new Row(
            "finished, looked yesterday -> everything", Phase.SUCCEEDED, 25, 25, Extent.EVERYTHING),
        new Row("failed, looked an hour ago -> waits", Phase.FAILED, 1, 1, null));
  }

  @ParameterizedTest
  @MethodSource
  void due(Row row) {
    var status = saved().withPhase(row.phase());
    if (row.sweptHoursAgo() >= 0) {
      status =
          status.withCheckpoints(
              known(ago(row.sweptHoursAgo()), Optional.of(ago(row.searchedHoursAgo()))));
    }

    var draft = plan(status, Upkeep.NONE);

    var sweeps = draft.plan().actions().stream().filter(SweepRetention.class::isInstance).toList();
    assertThat(sweeps)
        .isEqualTo(
            row.looks() == null
                ? List.of()
                : List.of(new SweepRetention(new KeepRule(2, Optional.of(500L)), row.looks())));
  }

  @Test
  void aJobThatSavedNothingIsNotSwept() {
    assertThat(plan(TrainingJobStatus.initial(), Upkeep.NONE).plan().actions()).isEmpty();
  }

  @Test
  void whatASweepFoundIsRecordedOnce() {
    var stock =
        new Stock(
            5, 2, Optional.of(100L), Optional.of(new Stock.NextToGo(200, NOW)), Optional.of(9L));
    var swept = upkeep(new Swept.Done(new Sweep(stock, 0, 0, 0)), NOW);

    var first = plan(saved(), swept);

    assertThat(first.status().checkpoints())
        .contains(
            new CheckpointsStatus(
                Optional.of(5),
                Optional.of(2),
                Optional.of(9L),
                Optional.of(100L),
                Optional.of(200L),
                Optional.of(NOW),
                NOW,
                Optional.of(NOW),
                Optional.empty()));
    assertThat(first.plan().actions()).isEmpty();
    assertThat(plan(first.status(), swept).status()).isEqualTo(first.status());
  }

  @Test
  void aLookAtManifestsOnlyLeavesTheSizeAsItWasFound() {
    var stock = new Stock(1, 0, Optional.of(7L), Optional.empty(), Optional.empty());
    var status = saved().withCheckpoints(known(ago(1), Optional.of(ago(3))));

    var after = plan(status, upkeep(new Swept.Done(new Sweep(stock, 0, 0, 0)), NOW)).status();

    assertThat(after.checkpoints().orElseThrow().bytes()).contains(42L);
    assertThat(after.checkpoints().orElseThrow().searchedAt()).contains(ago(3));
    assertThat(after.checkpoints().orElseThrow().count()).contains(1);
  }

  @Test
  void aBlockedSweepIsToldOnceAndKeepsTheOldFigures() {
    var status = saved().withCheckpoints(known(ago(1), Optional.of(ago(1))));
    var blocked = new Swept.Blocked(new Problem("Damaged", "Manifest m is damaged."));

    var first = plan(status, upkeep(blocked, NOW));
    var second = plan(first.status(), upkeep(blocked, NOW.plusSeconds(700)));

    assertThat(first.plan().events())
        .containsExactly(JobEvent.warning("SweepBlocked", "Manifest m is damaged."));
    assertThat(second.plan().events()).isEmpty();
    assertThat(second.status().checkpoints().orElseThrow().count()).contains(3);
    assertThat(second.status().checkpoints().orElseThrow().problem()).isPresent();
  }

  @Test
  void theFirstLookMayBeBlockedToo() {
    var blocked = new Swept.Blocked(new Problem("Damaged", "Manifest m is damaged."));
    var after = plan(saved(), upkeep(blocked, NOW)).status().checkpoints().orElseThrow();
    assertThat(after.count()).isEmpty();
    assertThat(after.sweptAt()).isEqualTo(NOW);
  }

  private static Draft plan(TrainingJobStatus status, Upkeep upkeep) {
    var keep = new KeepSpec(2, Optional.of(500L));
    var old = CheckpointSpec.DEFAULT;
    var spec =
        TrainingJobSpec.of(new PodTemplateSpec())
            .withCheckpoint(
                new CheckpointSpec(old.every(), keep, old.storage(), old.volume(), old.onDelete()));
    var seen =
        new Observation(
            new Subject(TestingWorld.JOB, 1, "s3://bucket/team/digits/uid-1/"),
            new TemplateCheck("spec-1", Optional.empty()),
            Cluster.EMPTY,
            Agents.SILENT,
            Storage.UNSEEN.withUpkeep(upkeep));
    var draft = new Draft(status, NOW);
    Sweeping.plan(new Pass(spec, status, seen, NOW, Pace.LIVELY), draft);
    return draft;
  }

  private static Upkeep upkeep(Swept swept, Instant at) {
    return new Upkeep(Optional.of(new Seen<>(swept, at)), Optional.empty());
  }

  private static TrainingJobStatus saved() {
    return TrainingJobStatus.initial()
        .withCheckpoint(new CheckpointStatus(1, "s3://b/m.json", "00", 1, 1, NOW, NOW));
  }

  private static CheckpointsStatus known(Instant sweptAt, Optional<Instant> searchedAt) {
    return new CheckpointsStatus(
        Optional.of(3),
        Optional.of(0),
        Optional.of(42L),
        Optional.of(1L),
        Optional.empty(),
        Optional.empty(),
        sweptAt,
        searchedAt,
        Optional.empty());
  }

  private static Instant ago(double hours) {
    return NOW.minus(Duration.ofSeconds((long) (hours * 3600)));
  }
}
