package dev.intermission.checkpoint.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.Manifest;
import dev.intermission.checkpoint.manifest.ManifestCodec;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.Head;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Sees every change of the store at the moment when it happens, knows what was promised to whom,
 * and remembers the first promise that was broken. Whoever promises something tells it: a receipt,
 * a pin, a save that was acknowledged.
 */
public final class Witness implements Consumer<Effect> {

  private final TestingStore store;
  private final Layout layout;
  private final int keepLast;
  private final List<Head> heads = new ArrayList<>();
  private final Map<String, Manifest> manifests = new HashMap<>();
  private final Set<String> receipts = new TreeSet<>();
  private final Set<String> wanted = new TreeSet<>();
  private final Set<String> deleted = new HashSet<>();

  /** What a sweep had announced when the rule was made to reach down to it again. */
  private final Set<String> announced = new HashSet<>();

  /** Manifests of which something is gone that no promise of ours covers. */
  private final Set<String> damaged = new HashSet<>();

  private Optional<AssertionError> broken = Optional.empty();

  /**
   * @param keepLast what the collectors are told to keep
   */
  public Witness(TestingStore store, Layout layout, int keepLast) {
    this.store = store;
    this.layout = layout;
    this.keepLast = keepLast;
    store.watch(this);
  }

  /** What it knows, about a store with the same history. */
  Witness over(TestingStore copy) {
    var witness = new Witness(copy, layout, keepLast);
    witness.heads.addAll(heads);
    witness.manifests.putAll(manifests);
    witness.receipts.addAll(receipts);
    witness.wanted.addAll(wanted);
    witness.deleted.addAll(deleted);
    witness.announced.addAll(announced);
    witness.damaged.addAll(damaged);
    witness.broken = broken;
    return witness;
  }

  @Override
  public void accept(Effect effect) {
    expect(
        () -> {
          switch (effect) {
            case Effect.Written(var key) when key.equals(layout.head()) -> headChanged();
            case Effect.Written(var key) when key.startsWith(layout.manifests()) -> remember(key);
            case Effect.Written(var key) when key.startsWith(layout.quarantine()) ->
                theRuleReachesDeeper();
            case Effect.Written _ -> {}
            case Effect.Deleted(var key) -> nobodyNeeds(key);
          }
        });
  }

  /** Somebody was told that this checkpoint is durable. */
  public void acknowledged(ManifestRef ref) {
    expect(
        () ->
            assertThat(heads)
                .as("HEADs that name the acknowledged %s", ref.name())
                .anyMatch(head -> head.manifest().equals(Optional.of(ref))));
  }

  /** A receipt, and only the newest, refers to this checkpoint. */
  public void receipted(ManifestRef ref) {
    receipts.clear();
    receipts.add(ref.name());
  }

  /** A disk of the store lost something of this checkpoint: it is whole for nobody any more. */
  void damaged(ManifestRef ref) {
    damaged.add(ref.name());
  }

  /**
   * Somebody pinned this manifest, found nothing against it, and says in status that he wants it.
   */
  public void wanted(String manifest) {
    wanted.add(manifest);
  }

  /** What specs and receipts refer to, as the collector asks. */
  public Set<String> needed() {
    var needed = new TreeSet<>(receipts);
    needed.addAll(wanted);
    return needed;
  }

  /** A promise that only the teller can judge. */
  public void expect(Runnable promise) {
    try {
      promise.run();
    } catch (AssertionError e) {
      if (broken.isEmpty()) broken = Optional.of(e);
    }
  }

  /** Nothing was broken so far, or the story of what was. */
  public void verdict(Object story) {
    broken.ifPresent(
        e -> {
          var log = String.join("\n  ", store.log());
          throw new AssertionError(e.getMessage() + "\n" + story + "\n  " + log, e);
        });
  }

  /** The manifests that HEAD and the keep rule protect, newest first. */
  List<Manifest> kept() {
    var kept = new ArrayList<Manifest>();
    var counted = new TreeSet<Long>();
    var next = heads.isEmpty() ? Optional.<ManifestRef>empty() : heads.getLast().manifest();
    while (next.isPresent() && (counted.size() < keepLast || counted.contains(next.get().step()))) {
      if (deleted.contains(layout.manifest(next.get().name()))) break; // history ends here
      var manifest = Optional.ofNullable(manifests.get(next.get().name()));
      var counts = !store.has(layout.quarantine(next.get().name()));
      if (counts) counted.add(next.get().step());
      if (counts || kept.isEmpty()) manifest.ifPresent(kept::add); // HEAD's own, whatever it is
      next = manifest.flatMap(Manifest::parent);
    }
    return kept;
  }

  private void headChanged() {
    heads.add(Invariants.head(store.bytes(layout.head()), layout));
    if (heads.size() > 1) {
      Invariants.everyChangeOfHeadIsOneMove(heads, name -> store.has(layout.quarantine(name)));
      var before = heads.get(heads.size() - 2);
      var now = heads.getLast();
      if (!now.rolledBack().equals(before.rolledBack()) || now.step() < before.step()) {
        theRuleReachesDeeper();
      }
      if (!now.manifest().equals(before.manifest())) {
        now.manifest().ifPresent(ref -> isNotQuarantined(ref.name()));
      }
    }
    Invariants.noTwoHeadsAreEqual(heads);
    heads
        .getLast()
        .manifest()
        .filter(ref -> !damaged.contains(ref.name()))
        .ifPresent(ref -> isWhole(ref.name()));
    onlyTheClaimerCommits();
  }

  /** HEAD goes back, or a checkpoint counts no more: what is announced goes all the same. */
  private void theRuleReachesDeeper() {
    manifests.keySet().stream()
        .filter(name -> store.has(layout.lastCall(name)))
        .forEach(announced::add);
  }

  private void isNotQuarantined(String name) {
    assertThat(store.has(layout.quarantine(name))).as("HEAD moved to %s", name).isFalse();
  }

  /** Of two writers of different tokens, or under one token, only one succeeds. */
  private void onlyTheClaimerCommits() {
    var now = heads.getLast();
    var before = heads.size() > 1 ? heads.get(heads.size() - 2).manifest() : now.manifest();
    if (now.pod().isEmpty() || now.manifest().equals(before)) return;
    var writer = manifests.get(now.manifest().orElseThrow().name()).parts().getFirst().podUid();
    assertThat(writer).as("who committed to %s", now).isEqualTo(now.pod().get());
  }

  private void isWhole(String name) {
    assertThat(store.has(layout.manifest(name))).as("HEAD's manifest %s", name).isTrue();
    Invariants.isBitForBit(manifests.get(name), store, layout);
    Invariants.isOfOneIncarnation(manifests.get(name));
  }

  private void remember(String key) {
    var name = key.substring(layout.manifests().length());
    manifests.put(name, ManifestCodec.decode(name, store.bytes(key)));
  }

  /** Nothing that HEAD, the keep rule, a receipt or a spec refers to is ever deleted. */
  private void nobodyNeeds(String key) {
    assertThat(key).as("what was deleted").isNotEqualTo(layout.head());
    assertThat(needed(key)).as("who needs %s, which was deleted", key).isEmpty();
    deleted.add(key);
  }

  private Set<String> needed(String key) {
    var who = new HashSet<String>();
    var names = new LinkedHashSet<String>(receipts);
    names.addAll(wanted);
    for (var manifest : kept()) {
      if (touches(manifest, key) && !mayGo(manifest)) who.add("HEAD's chain");
    }
    for (var name : names) {
      if (key.equals(layout.manifest(name))) who.add(name);
      Optional.ofNullable(manifests.get(name))
          .filter(manifest -> touches(manifest, key))
          .ifPresent(_ -> who.add(name));
    }
    return who;
  }

  /**
   * A rollback or a quarantine promises what is gone back to, and not what is below: that was
   * announced before, and goes as it would have gone a moment earlier.
   */
  private boolean mayGo(Manifest manifest) {
    return announced.stream().anyMatch(name -> manifests.get(name) == manifest)
        && !heads
            .getLast()
            .manifest()
            .map(ref -> manifests.get(ref.name()))
            .equals(Optional.of(manifest));
  }

  private boolean touches(Manifest manifest, String key) {
    var isItself =
        key.startsWith(layout.manifests())
            && manifest == manifests.get(key.substring(layout.manifests().length()));
    return isItself
        || manifest.chunks().anyMatch(chunk -> key.equals(layout.chunks() + chunk.key()));
  }

  /** After the grace nothing is left but HEAD and what the kept checkpoints consist of. */
  public void nothingIsLeftOver() {
    var expected = new TreeSet<>(Set.of(layout.head()));
    for (var manifest : kept()) {
      manifests.forEach(
          (name, it) -> {
            if (it == manifest) expected.add(layout.manifest(name));
          });
      manifest.chunks().forEach(chunk -> expected.add(layout.chunks() + chunk.key()));
    }
    var left = store.keys().stream().filter(key -> key.startsWith(layout.root())).toList();
    expect(() -> assertThat(left).containsExactlyElementsOf(expected));
  }

  /** From now on nobody refers to anything but HEAD. */
  public void releaseAll() {
    receipts.clear();
    wanted.clear();
  }
}
