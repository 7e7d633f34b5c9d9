package dev.intermission.checkpoint.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.s3.Payload;
import dev.intermission.checkpoint.testing.Fault;
import dev.intermission.checkpoint.testing.ProcessDied;
import dev.intermission.checkpoint.testing.TestingJob;
import dev.intermission.checkpoint.testing.TestingStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PinsTest {

  private static final Duration LONGER_THAN_GRACE = TestingJob.GRACE.plusMinutes(1);

  @TempDir Path folder;
  private final TestingStore store = new TestingStore();
  private final List<ManifestRef> saved = new ArrayList<>();
  private final Pins pins = new Pins(store, TestingJob.LAYOUT, TestingJob.BUDGET, store.clock());

  @BeforeEach
  void saveFour() {
    var job = new TestingJob(store, store.clock(), folder);
    job.seal(Optional.empty(), 1, Optional.empty());
    var claim = job.claim(1, "pod-a");
    for (var step = 1; step <= 4; step++) {
      claim = job.save(claim, step, "step " + step);
      saved.add(claim.head().manifest().orElseThrow());
    }
  }

  @Test
  void aPinKeepsAManifestUntilItsOwnerUnpins() {
    assertThat(pins.pin(pin("fork"))).isInstanceOf(PinOutcome.Pinned.class);
    passes(3);
    assertThat(first()).isTrue();
    pins.unpin(saved.getFirst().name(), "fork");
    passes(12);
    assertThat(first()).isFalse();
  }

  @Test
  void oneOfTwoPinsIsEnough() {
    pins.pin(pin("fork"));
    pins.pin(pin("person"));
    pins.unpin(saved.getFirst().name(), "fork");
    passes(12);
    assertThat(first()).isTrue();
    assertThat(pins.list()).containsExactly(pin("person"));
  }

  @Test
  void anExpiredPinProtectsNothingAndIsSweptAfterTheGrace() {
    var end = store.clock().instant().plus(Duration.ofDays(3));
    pins.pin(pinUntil(end));
    passes(2);
    assertThat(first()).isTrue();
    passes(11);
    assertThat(first()).isFalse();
    assertThat(pins.list()).isEmpty();
  }

  @Test
  void aPinCanBeProlongedWhileItProtects() {
    pins.pin(pinUntil(store.clock().instant().plus(Duration.ofDays(3))));
    var later = pinUntil(store.clock().instant().plus(Duration.ofDays(30)));
    assertThat(pins.pin(later)).isInstanceOf(PinOutcome.Pinned.class);
    assertThat(pins.list()).containsExactly(later);
    passes(12);
    assertThat(first()).isTrue();
  }

  @Test
  void anExpiredPinIsNotRenewedSinceTheCollectorMayBeAboutToRemoveIt() {
    pins.pin(pinUntil(store.clock().instant().plus(Duration.ofHours(1))));
    store.advance(Duration.ofHours(2));
    var later = pinUntil(store.clock().instant().plus(Duration.ofDays(30)));
    assertThat(pins.pin(later))
        .isInstanceOfSatisfying(
            PinOutcome.Refused.class,
            refused -> assertThat(refused.why()).contains("expired", "new owner"));
  }

  @Test
  void aPinIsOverAtItsEndAndTheSameOneAgainIsRefused() {
    var end = store.clock().instant().plus(Duration.ofHours(1));
    pins.pin(pinUntil(end));
    store.advance(Duration.ofHours(1));

    assertThat(pinUntil(end).protects(end)).isFalse();
    assertThat(pins.pin(pinUntil(end))).isInstanceOf(PinOutcome.Refused.class);
  }

  @Test
  void aMarkedManifestIsRefusedAndNoPinIsLeft() {
    sweep();
    assertThat(pins.pin(pin("fork")))
        .isInstanceOfSatisfying(
            PinOutcome.Refused.class,
            refused -> assertThat(refused.why()).contains("team-a/digits", "about to be deleted"));
    assertThat(pins.list()).isEmpty();
  }

  @Test
  void aManifestThatIsGoneIsRefusedAndNoPinIsLeft() {
    store.remove(TestingJob.LAYOUT.manifest(saved.getFirst().name()));
    assertThat(pins.pin(pin("fork")))
        .isInstanceOfSatisfying(
            PinOutcome.Refused.class, refused -> assertThat(refused.why()).contains("is gone"));
    assertThat(pins.list()).isEmpty();
  }

  @Test
  void pinningMayDieOrLoseAnAnswerAtEveryCallAndIsSimplyRepeated() {
    for (var fault : Fault.values()) {
      for (var cut = 0; cut < 5; cut++) {
        var rehearsal = store.copy();
        var cuts = new Pins(rehearsal, TestingJob.LAYOUT, TestingJob.BUDGET, store.clock());
        rehearsal.fail(cut, fault);
        PinOutcome outcome;
        try {
          outcome = cuts.pin(pin("fork"));
        } catch (ProcessDied | StoreException unknown) {
          outcome = cuts.pin(pin("fork"));
        }
        rehearsal.heal();
        assertThat(outcome).as("%s at %s", fault, cut).isInstanceOf(PinOutcome.Pinned.class);
        assertThat(cuts.list()).containsExactly(pin("fork"));
      }
    }
  }

  @Test
  void aStoreThatLosesEveryRequestLeavesThePinUnknown() {
    for (var call = 0; call < 20; call += 2) store.fail(call, Fault.LOSE_REQUEST);
    assertThatThrownBy(() -> pins.pin(pin("fork")))
        .isInstanceOf(StoreException.EndpointUnreachable.class)
        .hasMessageContaining("TrainingJob/team-a/fork")
        .hasMessageContaining("Nothing was deleted");
  }

  @Test
  void aPinThatNobodyUnderstandsProtectsWithoutAnEnd() {
    var name = saved.getFirst().name();
    for (var content :
        List.of(
            "",
            "{",
            "[]",
            "{\"formatVersion\":2,\"expiresAt\":\"2000-01-01T00:00:00Z\"}",
            "{\"formatVersion\":1,\"expiresAt\":\"soon\"}")) {
      store.overwrite(TestingJob.LAYOUT.pin(name, "odd"), content.getBytes(StandardCharsets.UTF_8));
      assertThat(pins.list())
          .as(content)
          .singleElement()
          .satisfies(pin -> assertThat(pin.expiresAt()).isEmpty());
    }
    passes(12);
    assertThat(first()).isTrue();
  }

  @Test
  void aPinThatIsFarTooLongIsNotReadAndProtectsWithoutAnEnd() {
    var key = TestingJob.LAYOUT.pin(saved.getFirst().name(), "huge");
    var over = "{\"formatVersion\":1,\"expiresAt\":\"2000-01-01T00:00:00Z\"}";
    store.overwrite(key, (over + " ".repeat(17 << 10)).getBytes(StandardCharsets.UTF_8));
    var calls = store.log().size();

    assertThat(pins.list()).singleElement().satisfies(pin -> assertThat(pin.expiresAt()).isEmpty());
    assertThat(store.log().subList(calls, store.log().size())).hasSize(1);
  }

  @Test
  void objectsThatAreNoPinsAreLeftAlone() {
    store.createOnce(TestingJob.LAYOUT.pins() + "note", Payload.Bytes.of(new byte[1]));
    assertThat(pins.list()).isEmpty();
    sweep();
    assertThat(store.keys()).contains(TestingJob.LAYOUT.pins() + "note");
  }

  private Pin pin(String owner) {
    return new Pin(saved.getFirst().name(), owner, "TrainingJob/team-a/" + owner, Optional.empty());
  }

  private Pin pinUntil(Instant end) {
    return new Pin(saved.getFirst().name(), "fork", "TrainingJob/team-a/fork", Optional.of(end));
  }

  private boolean first() {
    return store.keys().contains(TestingJob.LAYOUT.manifest(saved.getFirst().name()));
  }

  private void passes(int days) {
    for (var day = 0; day < days; day++) {
      sweep();
      store.advance(LONGER_THAN_GRACE);
    }
  }

  private void sweep() {
    new Retention(store, TestingJob.LAYOUT, TestingJob.GRACE, store.clock(), Set::of)
        .sweep(new KeepRule(2));
  }
}
