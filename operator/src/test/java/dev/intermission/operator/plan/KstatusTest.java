package dev.intermission.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.ConditionStatus;
import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.operator.plan.observation.TemplateCheck.Verdict;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What Flux and everybody else who reads kstatus makes of a job: Reconciling=True is in progress,
 * Stalled=True a failure, otherwise Ready=True is current, and all else is in progress. Whoever
 * reads Ready alone comes to the same, or calls a failure in progress.
 */
final class KstatusTest {

  private enum Kstatus {
    CURRENT,
    IN_PROGRESS,
    FAILED
  }

  private record Row(String name, Scene scene, Kstatus verdict) {
    @Override
    public String toString() {
      return name + " -> " + verdict;
    }
  }

  static Stream<Row> rows() {
    var refused = new Verdict.Refused("TemplateRefused", "spec.x: no");
    return Stream.of(
        new Row("new", Scene.fresh().templateUnknown(), Kstatus.IN_PROGRESS),
        new Row("template refused", Scene.fresh().template(refused), Kstatus.FAILED),
        new Row("starting", Scene.starting(), Kstatus.IN_PROGRESS),
        new Row("training", Scene.running(), Kstatus.CURRENT),
        new Row(
            "training, an invalid new spec", Scene.running().template(refused), Kstatus.CURRENT),
        new Row("pausing", Scene.pausing(), Kstatus.IN_PROGRESS),
        new Row("held in place", Scene.held(), Kstatus.CURRENT),
        new Row(
            "held in place, an invalid new spec", Scene.held().template(refused), Kstatus.CURRENT),
        new Row("paused", Scene.paused(), Kstatus.CURRENT),
        new Row("recovering", Scene.recovering(), Kstatus.IN_PROGRESS),
        new Row(
            "five runs without a newer checkpoint",
            Scene.recovering().failuresInARow(0, 5),
            Kstatus.FAILED),
        new Row("failed", Scene.failed(), Kstatus.FAILED),
        new Row("succeeded", Scene.succeeded(), Kstatus.CURRENT));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void jobIsReadAs(Row row) {
    var status = row.scene().plan().status();

    assertThat(read(status)).isEqualTo(row.verdict());
    assertThat(isTrue(status, ConditionType.READY)).isEqualTo(row.verdict() == Kstatus.CURRENT);
    assertThat(status.observedGeneration()).contains(1L);
  }

  private static Kstatus read(TrainingJobStatus status) {
    if (isTrue(status, ConditionType.RECONCILING)) return Kstatus.IN_PROGRESS;
    if (isTrue(status, ConditionType.STALLED)) return Kstatus.FAILED;
    return isTrue(status, ConditionType.READY) ? Kstatus.CURRENT : Kstatus.IN_PROGRESS;
  }

  private static boolean isTrue(TrainingJobStatus status, ConditionType type) {
    return status.condition(type).filter(one -> one.status() == ConditionStatus.TRUE).isPresent();
  }
}
