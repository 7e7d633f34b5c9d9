package dev.intermission.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.retention.Pin;
import dev.intermission.checkpoint.retention.Purged;
import dev.intermission.operator.plan.observation.Lifetime;
import dev.intermission.operator.plan.observation.Lifetime.Hold;
import dev.intermission.operator.plan.observation.Lifetime.Home;
import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.Upkeep;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The deletion of a {@link TestingWorld}'s job as the API server, the garbage collector and S3 do
 * it: finalizers, children that go or stay, and a purge that takes several looks at the clock.
 */
final class TestingDeletion {

  /** What {@code kubectl delete --cascade} says. */
  enum Cascade {
    BACKGROUND,
    FOREGROUND,
    ORPHAN
  }

  /** Objects that a purge deletes in a second. */
  private static final int PER_SECOND = 2;

  private final TestingWorld world;
  private Cascade cascade = Cascade.BACKGROUND;
  private final Set<Long> orphans = new TreeSet<>();

  Optional<Instant> deletedAt = Optional.empty();

  /** Our finalizer is on the job. */
  boolean held;

  /** No finalizer is left, and the API server has removed the job. */
  boolean gone;

  Home home = Home.STAYS;

  /** How often a finalizer was taken off, and why, the last time. */
  int letGo;

  Optional<PurgeEnd> end = Optional.empty();

  /** Keys of chunks, below the job's prefix; HEAD and manifests are the world's. */
  final Set<String> chunks = new TreeSet<>();

  /** Manifests that another job's fork has pinned. */
  final List<Pin> pins = new ArrayList<>();

  /** Objects that a purge deleted. */
  int purgedObjects;

  boolean headIsPurged;

  // the operator's process
  private Optional<Instant> firstSeen = Optional.empty();
  private boolean purging;
  private Optional<Seen<Purged>> purged = Optional.empty();

  TestingDeletion(TestingWorld world) {
    this.world = world;
  }

  Lifetime lifetime() {
    if (deletedAt.isPresent() && firstSeen.isEmpty()) firstSeen = Optional.of(world.now);
    return new Lifetime(firstSeen, held ? Hold.OURS : Hold.NONE, home);
  }

  Upkeep upkeep() {
    return new Upkeep(Optional.empty(), purged);
  }

  /** Somebody deletes the job; once. */
  void delete(Cascade how) {
    if (deletedAt.isPresent()) return;
    deletedAt = Optional.of(world.now);
    cascade = how;
    world.generation++;
    if (how == Cascade.ORPHAN) orphans.addAll(world.jobs.keySet());
    world.changed();
    collect();
  }

  void hold() {
    if (deletedAt.isPresent() || held) return; // the API server takes no new finalizer then
    held = true;
    world.changed();
  }

  void letGo(PurgeEnd why) {
    if (!held) return;
    held = false;
    letGo++;
    end = Optional.of(why);
    world.changed();
    collect();
  }

  void purge() {
    assertThat(deletedAt).as("only a deleted job is purged").isPresent();
    Invariants.purged(world);
    purging = true;
  }

  /** One that is made again under its name has an owner, who is gone. */
  void childJobDeleted(long run) {
    orphans.remove(run);
  }

  void operatorDies() {
    firstSeen = Optional.empty();
    purging = false;
    purged = Optional.empty();
  }

  /** A second of the garbage collector and, if it runs, of the purge. */
  void second() {
    collect();
    if (!purging) return;
    Invariants.purged(world);
    if (world.storageDown) {
      purging = false;
      return;
    }
    for (var i = 0; i < PER_SECOND; i++) if (!deleteOne()) return;
  }

  /**
   * What is left in the store of this job; but for a HEAD that names nothing, which its very first
   * seal makes when it was sent before the deletion and arrives after the purge.
   */
  int objects() {
    var head = world.head.isPresent() && !headIsPurged ? 1 : 0;
    return chunks.size() + world.manifests.size() + head;
  }

  /** Whether a fork needs the checkpoint. */
  private boolean spared(String manifest) {
    return pins.stream().anyMatch(pin -> pin.manifest().equals(manifest));
  }

  /** In the order of the real one: manifests, chunks, HEAD. */
  private boolean deleteOne() {
    var manifest = world.manifests.keySet().stream().filter(name -> !spared(name)).findFirst();
    var chunk = chunks.stream().filter(key -> !spared(key)).findFirst();
    if (manifest.isPresent()) world.forget(manifest.get());
    else if (chunk.isPresent()) chunks.remove(chunk.get());
    else if (world.head.isPresent()) {
      world.head = Optional.empty();
      headIsPurged = true;
    } else {
      purging = false;
      var left = pins.stream().filter(pin -> world.manifests.containsKey(pin.manifest())).toList();
      purged = Optional.of(new Seen<>(new Purged(purgedObjects, purgedObjects, left), world.now));
      return false;
    }
    purgedObjects++;
    return true;
  }

  /** A commit of this checkpoint brings its chunks along. */
  void committed(ManifestRef ref) {
    chunks.add(ref.name());
  }

  private void collect() {
    if (deletedAt.isEmpty()) return;
    if (cascade == Cascade.FOREGROUND) {
      world.childrenGo(orphans);
      gone = !held && world.pods.isEmpty();
    } else {
      gone = !held;
      if (gone) world.childrenGo(orphans);
    }
  }
}
