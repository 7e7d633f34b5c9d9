package dev.intermission.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A pod's grace by two clocks, the API server's and ours. */
final class GracesTest {

  private static final Instant SERVER = Instant.parse("2026-11-29T12:00:00Z");
  private static final Duration GRACE = Duration.ofSeconds(120);

  private Instant ours = SERVER;
  private final Graces graces = new Graces(new Ours());

  /** The operator's clock, which a test sets. */
  private final class Ours extends Clock {
    @Override
    public Instant instant() {
      return ours;
    }

    @Override
    public ZoneId getZone() {
      return ZoneId.of("UTC");
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @Test
  void podThatNobodyDeletesHasNoEnd() {
    var pod = new PodBuilder().withNewMetadata().withUid("a").endMetadata().build();

    assertThat(graces.of("job", List.of(pod)).end(pod)).isEmpty();
  }

  @Test
  void graceEndsWhenTheApiServerSaysAsLongAsTheClocksAgree() {
    var pod = deleted(GRACE);

    assertThat(graces.of("job", List.of(pod)).end(pod)).contains(SERVER.plus(GRACE));
  }

  @Test
  void clockAheadOfTheApiServersCutsNoGraceShort() {
    ours = SERVER.plus(Duration.ofMinutes(10));
    var pod = deleted(GRACE);

    assertThat(graces.of("job", List.of(pod)).end(pod)).contains(ours.plus(GRACE));
  }

  @Test
  void graceCountsFromTheFirstSightOnly() {
    ours = SERVER.plus(Duration.ofMinutes(10));
    var first = ours;
    var pod = deleted(GRACE);
    graces.of("job", List.of(pod));
    ours = ours.plusSeconds(60);

    assertThat(graces.of("job", List.of(pod)).end(pod)).contains(first.plus(GRACE));
  }

  @Test
  void graceThatIsShortenedEndsEarlier() {
    ours = SERVER.plus(Duration.ofMinutes(10));
    var first = ours;
    graces.of("job", List.of(deleted(GRACE)));
    var sooner = deleted(Duration.ofSeconds(1));

    assertThat(graces.of("job", List.of(sooner)).end(sooner)).contains(first.plusSeconds(1));
  }

  @Test
  void clockBehindWaitsAsLongAsTheApiServerSays() {
    ours = SERVER.minus(Duration.ofMinutes(10));
    var pod = deleted(GRACE);

    assertThat(graces.of("job", List.of(pod)).end(pod)).contains(SERVER.plus(GRACE));
  }

  @Test
  void jobsThatAreGoneAreForgotten() {
    ours = SERVER.plus(Duration.ofMinutes(10));
    var pod = deleted(GRACE);
    graces.of("job", List.of(pod));
    graces.keepOnly(Set.of());
    ours = ours.plusSeconds(60);

    assertThat(graces.of("job", List.of(pod)).end(pod)).contains(ours.plus(GRACE));
  }

  /** Just now, by the API server's clock. */
  private static Pod deleted(Duration grace) {
    return new PodBuilder()
        .withNewMetadata()
        .withUid("a")
        .withDeletionTimestamp(SERVER.plus(grace).toString())
        .withDeletionGracePeriodSeconds(grace.toSeconds())
        .endMetadata()
        .build();
  }
}
