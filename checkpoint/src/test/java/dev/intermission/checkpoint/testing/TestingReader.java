package dev.intermission.checkpoint.testing;

import dev.intermission.checkpoint.layout.Sha256;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.s3.ObjectStore;
import java.io.ByteArrayOutputStream;
import java.nio.channels.Channels;
import java.time.Duration;
import org.assertj.core.api.Assertions;

/**
 * Reads the newest checkpoint as docs/checkpoint-format.md tells, one request after the other:
 * HEAD, its manifest, every chunk. It is owed all of them for as long as the grace.
 */
public final class TestingReader implements Program {

  private final TestingWorld world;
  private final String name;

  public TestingReader(TestingWorld world, String name) {
    this.world = world;
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean run(ObjectStore store) {
    var ref = world.job(store).head().flatMap(now -> now.head().manifest());
    if (ref.isEmpty()) return true;
    var since = world.store().clock().instant();
    var manifest = new ManifestStore(store, TestingJob.LAYOUT).find(ref.get().name());
    owes(since, manifest.isPresent(), "manifest " + ref.get().name());
    if (manifest.isEmpty()) return true;
    for (var chunk : manifest.get().chunks().toList()) {
      var bytes = new ByteArrayOutputStream();
      store.readAll(TestingJob.LAYOUT.chunks() + chunk.key(), Channels.newChannel(bytes));
      owes(since, Sha256.hex(bytes.toByteArray()).equals(chunk.sha256()), "chunk " + chunk.key());
    }
    return true;
  }

  private void owes(java.time.Instant since, boolean came, String what) {
    var took = Duration.between(since, world.store().clock().instant());
    if (took.compareTo(TestingJob.GRACE) >= 0) return;
    world
        .witness()
        .expect(
            () ->
                Assertions.assertThat(came)
                    .as("%s, read %s after HEAD named it", what, took)
                    .isTrue());
  }
}
