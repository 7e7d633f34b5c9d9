package dev.intermission.checkpoint.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.testing.Fault;
import dev.intermission.checkpoint.testing.ProcessDied;
import dev.intermission.checkpoint.testing.TestingJob;
import dev.intermission.checkpoint.testing.TestingStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A purge of which every call is cut in every way, alone and in pairs. Whoever died begins again;
 * whoever got no answer is asked again. What a fork needs is there after every life, HEAD goes
 * last, and in the end the same is left as without the cuts.
 */
class PurgeCutsTest {

  /** More lives than any two cuts can cost. */
  private static final int MOST_LIVES = 6;

  @TempDir Path folder;

  private record Cut(int call, Fault fault) {}

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyCutAndEveryPairOfCutsIsSurvived(boolean pinned) {
    var before = saved(pinned);
    var undisturbed = before.copy();
    purge(undisturbed);
    var goal = new TreeSet<>(undisturbed.keys());
    var pairs = 0;
    for (var first : cuts(undisturbed, 0)) {
      var once = survives(before, List.of(first), goal);
      for (var second : cuts(once, first.call() + 1)) {
        survives(before, List.of(first, second), goal);
        pairs++;
      }
    }
    assertThat(pairs).isGreaterThan(1000);
    System.out.printf("purge: %d calls, %d pairs of cuts%n", undisturbed.calls(), pairs);
  }

  /** Three checkpoints, sealed; the second may be pinned by a fork. */
  private TestingStore saved(boolean pinned) {
    var store = new TestingStore();
    var job = new TestingJob(store, store.clock(), folder);
    job.seal(Optional.empty(), 1, Optional.empty());
    var claim = job.claim(1, "pod-a");
    var manifests = new ArrayList<ManifestRef>();
    for (var step = 1; step <= 3; step++) {
      claim = job.save(claim, step, "step " + step);
      manifests.add(claim.head().manifest().orElseThrow());
    }
    job.seal(2);
    var fork =
        new Pin(
            manifests.get(1).name(),
            "fork-uid",
            "TrainingJob/team/fork",
            Optional.<Instant>empty());
    if (pinned) new Pins(store, TestingJob.LAYOUT, TestingJob.BUDGET, store.clock()).pin(fork);
    return store.copy();
  }

  private static TestingStore survives(TestingStore before, List<Cut> cuts, Set<String> goal) {
    var store = before.copy();
    for (var cut : cuts) store.fail(cut.call(), cut.fault());
    var lives = 0;
    while (!isDoneAfterALife(store)) {
      assertThat(++lives).as("lives with %s", cuts).isLessThan(MOST_LIVES);
      var there = withoutTheNote(store.keys());
      assertThat(there).as("what others need, with %s", cuts).containsAll(withoutTheNote(goal));
      if (!store.has(TestingJob.LAYOUT.head()))
        assertThat(there).as("HEAD goes last, with %s", cuts).isEqualTo(withoutTheNote(goal));
    }
    store.heal();
    assertThat(left(store, cuts)).as("left with %s", cuts).isEqualTo(goal);
    return store;
  }

  /** The note that a purge begins may arrive when it is over: nothing takes it away again. */
  private static Set<String> left(TestingStore store, List<Cut> cuts) {
    var left = new TreeSet<>(store.keys());
    var late = cuts.stream().anyMatch(cut -> cut.fault().isLate());
    return late && left.size() == 1 ? withoutTheNote(left) : left;
  }

  private static Set<String> withoutTheNote(Collection<String> keys) {
    var others = new TreeSet<>(keys);
    others.remove(TestingJob.LAYOUT.purgeMark());
    return others;
  }

  private static List<Cut> cuts(TestingStore played, int from) {
    var cuts = new ArrayList<Cut>();
    for (var call = from; call < played.calls(); call++) {
      for (var fault : played.faults(call)) cuts.add(new Cut(call, fault));
    }
    return cuts;
  }

  private static boolean isDoneAfterALife(TestingStore store) {
    try {
      purge(store);
      return true;
    } catch (ProcessDied | StoreException e) {
      return false;
    }
  }

  private static void purge(TestingStore store) {
    new Purge(store, TestingJob.LAYOUT, TestingJob.BUDGET, store.clock()).purge();
  }
}
