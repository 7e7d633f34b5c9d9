package dev.intermission.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.intermission.api.v1alpha1.ConditionStatus;
import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.operator.plan.observation.TemplateCheck.Verdict;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What others make of a job. Flux and everybody else who reads kstatus: Reconciling=True is in
 * progress, Stalled=True a failure, otherwise Ready=True is current, and all else is in progress.
 * Whoever reads Ready alone comes to the same, or calls a failure in progress. Argo CD: what its
 * script says.
 */
final class HealthTest {

  private enum Kstatus {
    CURRENT,
    IN_PROGRESS,
    FAILED
  }

  private record Row(String name, Scene scene, Kstatus verdict, String argo) {
    @Override
    public String toString() {
      return name + " -> " + verdict + ", " + argo;
    }
  }

  static Stream<Row> rows() {
    var refused = new Verdict.Refused("TemplateRefused", "spec.x: no");
    return Stream.of(
        new Row("new", Scene.fresh().templateUnknown(), Kstatus.IN_PROGRESS, "Progressing"),
        new Row("template refused", Scene.fresh().template(refused), Kstatus.FAILED, "Degraded"),
        new Row("starting", Scene.starting(), Kstatus.IN_PROGRESS, "Progressing"),
        new Row("training", Scene.running(), Kstatus.CURRENT, "Healthy"),
        new Row(
            "training, an invalid new spec",
            Scene.running().template(refused),
            Kstatus.CURRENT,
            "Healthy"),
        new Row("pausing", Scene.pausing(), Kstatus.IN_PROGRESS, "Progressing"),
        new Row("held in place", Scene.held(), Kstatus.CURRENT, "Suspended"),
        new Row(
            "held in place, an invalid new spec",
            Scene.held().template(refused),
            Kstatus.CURRENT,
            "Suspended"),
        new Row("paused", Scene.paused(), Kstatus.CURRENT, "Suspended"),
        new Row("recovering", Scene.recovering(), Kstatus.IN_PROGRESS, "Progressing"),
        new Row(
            "five runs without a newer checkpoint",
            Scene.recovering().failuresInARow(0, 5),
            Kstatus.FAILED,
            "Degraded"),
        new Row("failed", Scene.failed(), Kstatus.FAILED, "Degraded"),
        new Row("succeeded", Scene.succeeded(), Kstatus.CURRENT, "Healthy"));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void jobIsReadAs(Row row) {
    var status = row.scene().plan().status();

    assertThat(read(status)).isEqualTo(row.verdict());
    assertThat(isTrue(status, ConditionType.READY)).isEqualTo(row.verdict() == Kstatus.CURRENT);
    assertThat(status.observedGeneration()).contains(1L);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void argoShowsItAs(Row row) {
    var health = ArgoHealth.of(row.scene().plan().status(), 1);

    assertThat(health.status()).isEqualTo(row.argo());
    assertThat(health.message()).isNotEmpty();
  }

  /** A sync must not take the state of before for that of what it applied. */
  @Test
  void argoWaitsForTheOperatorToSeeWhatWasApplied() {
    var before = Scene.paused().plan().status();
    var created = JsonNodeFactory.instance.objectNode();
    created.withObject("/metadata").put("generation", 1);

    assertThat(ArgoHealth.of(before, 2).status()).isEqualTo("Progressing");
    assertThat(ArgoHealth.of(created).status()).isEqualTo("Progressing");
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
