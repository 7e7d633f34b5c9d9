package dev.intermission.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.PauseStatus;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.Receipt;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.SuspicionStatus;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.checkpoint.manifest.ManifestRef;
import java.util.Optional;

/**
 * The promises of the design as predicates; every test that drives a {@link TestingWorld} checks
 * them at every effect.
 */
final class Invariants {

  private Invariants() {}

  /** On every plan: made again from what it recorded, with nothing new seen, it changes nothing. */
  static void settled(Plan plan, Plan again) {
    assertThat(again.status()).as("reconciling twice writes nothing").isEqualTo(plan.status());
    assertThat(again.events()).as("reconciling twice tells nothing").isEmpty();
  }

  /** On every write of status. */
  static void recorded(TestingWorld world, TrainingJobStatus before, TrainingJobStatus after) {
    assertThat(number(after))
        .as("a run number never goes back")
        .isGreaterThanOrEqualTo(number(before));
    assertThat(request(after)).as("request ids only grow").isGreaterThanOrEqualTo(request(before));
    if (after.phase() == Phase.HELD && before.phase() != Phase.HELD) {
      var pod = world.pods.get(number(after));
      assertThat(pod.held).as("what is held holds").isEqualTo(request(after));
      assertThat(after.pause().flatMap(PauseStatus::receipt).map(Receipt::step))
          .as("and its receipt is for the step that it holds at")
          .contains(pod.memory);
    }
    if (after.phase() == Phase.PAUSED && world.head.isPresent()) {
      var receipt =
          after.pause().flatMap(PauseStatus::receipt).map(known -> known.manifestSha256());
      var goneBack =
          after
              .resumeFrom()
              .filter(wish -> world.head.get().head().rolledBack().equals(Optional.of(wish.id())))
              .isPresent();
      if (!goneBack)
        assertThat(world.head.get().head().manifest().map(ManifestRef::sha256))
            .as("while Paused, HEAD is the receipt, or what was asked for since")
            .isEqualTo(receipt);
      assertThat(world.head.get().head().run())
          .as("while Paused, HEAD is sealed")
          .isGreaterThan(number(after));
    }
  }

  /** On every release of pods or deletion of a Job. */
  static void released(TestingWorld world, long run) {
    if (world.deletion.headIsPurged) return; // which no pod makes anew
    var head = world.head.orElseThrow().head();
    if (world.status.phase() == Phase.SUCCEEDED) return; // nothing follows that could be lost
    assertThat(head.run())
        .as("pods of run %d are released only after HEAD was sealed for a later one", run)
        .isGreaterThan(run);
    var pod = world.pods.get(run);
    if (pod == null || world.status.phase() != Phase.PAUSING) return;
    if (world.deletion.deletedAt.isPresent()) return; // nobody resumes what is deleted
    if (head.manifest().isPresent()) {
      var receipt = world.status.pause().flatMap(PauseStatus::receipt);
      assertThat(receipt).as("a receipt is on record before anything is released").isPresent();
      assertThat(receipt.get().manifestSha256()).isEqualTo(head.manifest().get().sha256());
      if (pod.held != 0)
        assertThat(pod.memory).as("a pause that saved loses no step").isEqualTo(head.step());
    }
  }

  /** Before a purge begins, and before each object that it deletes. */
  static void purged(TestingWorld world) {
    assertThat(world.head.flatMap(seen -> seen.head().pod()))
        .as("nobody holds HEAD, so that no pod can commit")
        .isEmpty();
    assertThat(world.pods.values().stream().filter(pod -> !pod.ended() && !pod.lost))
        .as("no pod that can be reached has begun, so that none writes")
        .noneMatch(pod -> pod.claimed);
    if (world.head.isPresent())
      assertThat(world.head.get().head().run())
          .as("and none that comes late can begin")
          .isGreaterThan(world.jobs.keySet().stream().mapToLong(run -> run).max().orElse(0));
  }

  /** On every seal that goes past HEAD's checkpoint. */
  static void left(TestingWorld world, ManifestRef to) {
    var newest = world.head.orElseThrow().head().manifest().orElseThrow();
    var suspect = world.status.recovery().suspicion().flatMap(SuspicionStatus::suspect);
    if (suspect.filter(left -> left.manifest().equals(newest.name())).isEmpty())
      assertThat(world.quarantined)
          .as("HEAD goes past a checkpoint only when its quarantine or suspicion is on record")
          .contains(newest.name());
    assertThat(world.quarantined).doesNotContain(to.name());
    assertThat(world.damaged).as("and to a whole one").doesNotContain(to.name());
  }

  private static long number(TrainingJobStatus status) {
    return status.run().map(RunStatus::number).orElse(0L);
  }

  private static long request(TrainingJobStatus status) {
    return PauseRequest.lastId(status);
  }
}
