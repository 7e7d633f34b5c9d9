package dev.intermission.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.operator.plan.observation.Lifetime;
import dev.intermission.operator.plan.observation.Lifetime.Hold;
import dev.intermission.operator.plan.observation.Lifetime.Home;
import dev.intermission.operator.resources.Labels;
import dev.intermission.operator.testing.ApiServerTest;
import dev.intermission.operator.testing.TestingCluster;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Since when a job is being deleted, by whose clock. */
@ApiServerTest
class LifetimesTest {
  private static final Instant LATER = Instant.parse("2126-11-29T12:00:00Z");

  private final TestingCluster cluster;
  private final TrainingJob job;
  private final Lifetimes lifetimes;
  private Instant ours = LATER;

  LifetimesTest(TestingCluster cluster) {
    this.cluster = cluster;
    job = cluster.createJob(cluster.namespace(), "digits");
    lifetimes = new Lifetimes(cluster.client(), () -> ours);
  }

  @Test
  void jobThatNobodyDeletesLives() {
    assertThat(lifetimes.of(job)).isEqualTo(Lifetime.LIVING);
  }

  @Test
  void deletionBeginsWhenThisProcessFirstSeesItHoweverLongItWasAway() {
    assertThat(lifetimes.of(deleted()))
        .isEqualTo(new Lifetime(Optional.of(LATER), Hold.OURS, Home.STAYS));
  }

  @Test
  void laterLooksFindTheSameBeginning() {
    var deleted = deleted();
    var first = lifetimes.of(deleted);
    ours = LATER.plus(Duration.ofMinutes(9));

    assertThat(lifetimes.of(deleted)).isEqualTo(first);
  }

  @Test
  void jobThatIsGoneIsForgotten() {
    var deleted = deleted();
    lifetimes.of(deleted);
    ours = LATER.plus(Duration.ofMinutes(9));
    lifetimes.keepOnly(Set.of());

    assertThat(lifetimes.of(deleted).deletedAt()).contains(ours);
  }

  /** Held by our finalizer, so that it is still there. */
  private TrainingJob deleted() {
    var held =
        cluster
            .client()
            .resource(job)
            .patch(
                PatchContext.of(PatchType.JSON_MERGE),
                "{\"metadata\":{\"finalizers\":[\"" + Labels.PURGE_FINALIZER + "\"]}}");
    cluster.client().resource(held).delete();
    return cluster.client().resource(held).get();
  }
}
