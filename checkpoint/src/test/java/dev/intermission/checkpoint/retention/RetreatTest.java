package dev.intermission.checkpoint.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.Quarantine;
import dev.intermission.checkpoint.protocol.SealOutcome;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.Payload;
import dev.intermission.checkpoint.testing.Fault;
import dev.intermission.checkpoint.testing.ProcessDied;
import dev.intermission.checkpoint.testing.TestingJob;
import dev.intermission.checkpoint.testing.TestingStore;
import dev.intermission.checkpoint.testing.TurnstileStore;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.checkpoint.verify.Verification;
import dev.intermission.checkpoint.verify.Verifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HEAD goes back to what the rule does not keep: to a checkpoint that is whole, or not at all. */
class RetreatTest {

  /** Pin, its three marks, its manifest; the quarantine of the target; HEAD. */
  private static final int CALLS = 7;

  @TempDir Path folder;
  private final TestingStore store = new TestingStore();
  private final List<ManifestRef> saved = new ArrayList<>();

  @BeforeEach
  void theNewestOfFourIsQuarantined() {
    var job = job(store);
    job.seal(Optional.empty(), 1, Optional.empty());
    var claim = job.claim(1, "pod-a");
    for (var step = 1; step <= 4; step++) {
      claim = job.save(claim, step, "step " + step);
      saved.add(claim.head().manifest().orElseThrow());
    }
    job.quarantines()
        .add(saved.getLast().name(), Quarantine.damaged("lost", store.clock().instant()));
  }

  @Test
  void whatHeadGoesBackToIsPinnedForAsLongAsItMayTake() {
    assertThat(leave(store, store)).isInstanceOf(SealOutcome.Sealed.class);

    assertThat(newest(store)).isEqualTo(oldest());
    assertThat(pins(store).list())
        .singleElement()
        .satisfies(
            pin -> {
              assertThat(pin.manifest()).isEqualTo(oldest().name());
              assertThat(pin.isOf(TestingJob.LAYOUT.job().uid())).isTrue();
              assertThat(pin.expiresAt())
                  .contains(store.clock().instant().plus(Duration.ofDays(2)));
            });
  }

  @Test
  void daysOfSweepsBeforeAnyOfItsCallsTakeNothingFromUnderHead() {
    for (var call = 0; call < CALLS; call++) {
      var world = store.copy();
      var slow = TurnstileStore.before(call, world, () -> daysOfSweeps(world));

      var outcome = leave(slow, world);

      var before = call == 0; // the pin
      assertThat(outcome)
          .as("sweeps before call %d", call)
          .isInstanceOf(before ? SealOutcome.Expired.class : SealOutcome.Sealed.class);
      assertThat(newest(world)).isEqualTo(before ? saved.getLast() : oldest());
      if (!before) assertThat(isWhole(world)).as("sweeps before call %d", call).isTrue();
    }
  }

  @Test
  void everyCallMayBeCutAndItIsSimplyAskedAgain() {
    for (var fault : Fault.values()) {
      for (var call = 0; call < CALLS; call++) {
        var world = store.copy();
        world.fail(call, fault);
        SealOutcome outcome;
        try {
          outcome = leave(world, world);
        } catch (ProcessDied | StoreException unknown) {
          outcome = leave(world, world);
        }
        world.heal();

        var what = fault + " at call " + call;
        if (newest(world).equals(saved.getLast())) outcome = leave(world, world);
        assertThat(outcome)
            .as(what)
            .isInstanceOfAny(SealOutcome.Sealed.class, SealOutcome.Overtaken.class);
        assertThat(newest(world)).as(what).isEqualTo(oldest());
        assertThat(pins(world).list()).as(what).hasSize(1);
      }
    }
  }

  @Test
  void oneThatIsMarkedAnnouncedOrGoneIsRefusedAndHeadIsUntouched() {
    var name = oldest().name();
    var manifest = TestingJob.LAYOUT.manifest(name);
    var mark = TestingJob.LAYOUT.mark(name);
    var announcement = TestingJob.LAYOUT.lastCall(name);
    var head = store.bytes(TestingJob.LAYOUT.head());
    for (var key : List.of(mark, announcement, manifest)) {
      var world = store.copy();
      if (key.equals(manifest)) world.remove(key);
      else world.createOnce(key, Payload.Bytes.of(new byte[0]));

      assertThat(leave(world, world))
          .as(key)
          .isInstanceOfSatisfying(
              SealOutcome.Expired.class, found -> assertThat(found.manifest()).isEqualTo(oldest()));
      assertThat(world.bytes(TestingJob.LAYOUT.head())).as(key).isEqualTo(head);
      assertThat(pins(world).list()).as(key).isEmpty();
    }
  }

  private ManifestRef oldest() {
    return saved.getFirst();
  }

  private SealOutcome leave(ObjectStore through, TestingStore world) {
    return new Retreat(through, TestingJob.LAYOUT, TestingJob.BUDGET, world.clock())
        .leave(job(world).head().orElseThrow(), 2, oldest());
  }

  /** What one sweep marks, the next one deletes. */
  private static void daysOfSweeps(TestingStore world) {
    for (var sweep = 0; sweep < 2; sweep++) {
      new Retention(world, TestingJob.LAYOUT, TestingJob.GRACE, world.clock(), Set::of)
          .sweep(new KeepRule(2));
      world.advance(Duration.ofHours(30));
    }
  }

  private static boolean isWhole(TestingStore world) {
    var verifier = new Verifier(world, TestingJob.LAYOUT, TestingJob.BUDGET, world.clock());
    return verifier.verify(newest(world), Mode.READ, Optional.empty())
        instanceof Verification.Verified;
  }

  private static ManifestRef newest(TestingStore world) {
    return new TestingJob(world, world.clock(), Path.of("unused"))
        .head()
        .orElseThrow()
        .head()
        .manifest()
        .orElseThrow();
  }

  private TestingJob job(TestingStore world) {
    return new TestingJob(world, world.clock(), folder);
  }

  private static Pins pins(TestingStore world) {
    return new Pins(world, TestingJob.LAYOUT, TestingJob.BUDGET, world.clock());
  }
}
