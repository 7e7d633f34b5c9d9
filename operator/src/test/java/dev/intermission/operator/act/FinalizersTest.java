package dev.intermission.operator.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.operator.metrics.OperatorMetrics;
import dev.intermission.operator.plan.PurgeEnd;
import dev.intermission.operator.resources.Labels;
import dev.intermission.operator.testing.ApiServerTest;
import dev.intermission.operator.testing.TestingCluster;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import org.junit.jupiter.api.Test;

/** Our finalizer, with caches that are behind. */
@ApiServerTest
class FinalizersTest {
  private final TestingCluster cluster;
  private final String namespace;
  private final Finalizers finalizers;

  FinalizersTest(TestingCluster cluster) {
    this.cluster = cluster;
    namespace = cluster.namespace();
    finalizers = new Finalizers(cluster.client(), new OperatorMetrics());
  }

  @Test
  void jobIsHeldOnceHoweverOldTheLook() {
    var before = cluster.createJob(namespace, "digits");
    finalizers.hold(before);
    finalizers.hold(before);

    assertThat(live(before).getFinalizers()).containsExactly(Labels.PURGE_FINALIZER);
  }

  @Test
  void jobThatIsBeingDeletedIsNotHeldAnyMore() {
    var job = patched(cluster.createJob(namespace, "digits"), "[\"example.com/theirs\"]");
    cluster.client().resource(job).delete();

    finalizers.hold(job);

    assertThat(live(job).getFinalizers()).containsExactly("example.com/theirs");
  }

  @Test
  void whoStillThinksThatItKeepsDoesNotLetGoOfAJobThatPurgesAgain() {
    var kept = held();
    cluster
        .client()
        .resource(kept)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\":{\"checkpoint\":{\"onDelete\":\"Purge\"}}}");

    finalizers.letGo(kept, PurgeEnd.NOT_WANTED);

    assertThat(live(kept).getFinalizers()).containsExactly(Labels.PURGE_FINALIZER);
  }

  @Test
  void statusThatMovedOnHoldsNobodyUp() {
    var job = held();
    cluster
        .client()
        .resource(job)
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":{\"phase\":\"Running\"}}");

    finalizers.letGo(job, PurgeEnd.NOT_WANTED);

    assertThat(live(job).getFinalizers()).isEmpty();
  }

  @Test
  void jobThatWasMadeAnewUnderTheNameKeepsItsFinalizer() {
    var old = held();
    patched(old, "[]");
    cluster.client().resource(old).delete();
    var successor = held();

    finalizers.letGo(old, PurgeEnd.PURGED);

    assertThat(live(successor).getFinalizers()).containsExactly(Labels.PURGE_FINALIZER);
  }

  private TrainingJob held() {
    return patched(cluster.createJob(namespace, "digits"), "[\"" + Labels.PURGE_FINALIZER + "\"]");
  }

  private TrainingJob patched(TrainingJob job, String finalizers) {
    return cluster
        .client()
        .resource(job)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"finalizers\":" + finalizers + "}}");
  }

  private TrainingJob live(TrainingJob job) {
    return cluster.client().resource(job).get();
  }
}
