package dev.intermission.checkpoint.retention;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.intermission.checkpoint.layout.FencingToken;
import dev.intermission.checkpoint.layout.Sha256;
import dev.intermission.checkpoint.manifest.ChunkRef;
import dev.intermission.checkpoint.manifest.FileEntry;
import dev.intermission.checkpoint.manifest.Manifest;
import dev.intermission.checkpoint.manifest.ManifestCodec;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.manifest.Part;
import dev.intermission.checkpoint.protocol.Rollback;
import dev.intermission.checkpoint.protocol.Seal;
import dev.intermission.checkpoint.s3.ByteRange;
import dev.intermission.checkpoint.s3.CreateOutcome;
import dev.intermission.checkpoint.s3.ListedObject;
import dev.intermission.checkpoint.s3.ObjectFacts;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.Payload;
import dev.intermission.checkpoint.s3.StoredObject;
import dev.intermission.checkpoint.s3.SwapCondition;
import dev.intermission.checkpoint.s3.SwapOutcome;
import dev.intermission.checkpoint.testing.TestingJob;
import dev.intermission.checkpoint.testing.TestingStore;
import java.lang.management.ManagementFactory;
import java.nio.channels.WritableByteChannel;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A job with very many checkpoints, of which nothing is held in memory: manifests and chunks are
 * made up when they are asked for, and every second chunk is an orphan. Counts requests as a real
 * store would see them, a thousand keys a page.
 *
 * <p>As a program it sweeps such a job and says what that took; {@link HugeJobTest} gives it little
 * memory.
 */
final class HugeJob implements ObjectStore {

  private static final int PAGE = 1000;
  private static final FencingToken TOKEN = new FencingToken(1, 1);
  private static final Instant WRITTEN = Instant.parse("2026-11-01T00:00:00Z");

  private final int chunksOfEach;
  private final List<ManifestRef> refs = new ArrayList<>();
  private final TestingStore small = new TestingStore();
  private final AtomicInteger requests = new AtomicInteger();
  private long deleted;

  HugeJob(int manifests, int chunksOfEach) {
    this.chunksOfEach = chunksOfEach;
    for (var step = 1; step <= manifests; step++) {
      refs.add(ManifestRef.of(step, TOKEN, Sha256.hex(bytes(step))));
    }
    new Seal(small, TestingJob.LAYOUT, TestingJob.BUDGET).seal(Optional.empty(), 2, rollback());
  }

  /** Arguments: manifests, chunks of each. */
  public static void main(String[] arguments) {
    var job = new HugeJob(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
    var clock = Clock.fixed(WRITTEN.plus(Duration.ofDays(2)), ZoneOffset.UTC);
    var retention = new Retention(job, TestingJob.LAYOUT, TestingJob.GRACE, clock, Set::of);
    job.requests.set(0);
    var sweep = retention.sweep(new KeepRule(job.refs.size()));
    var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    System.out.printf(
        "kept %d manifests, deleted %d of %d chunks in %d requests, heap %d of %d MiB%n",
        sweep.kept(),
        job.deleted,
        2L * job.refs.size() * job.chunksOfEach,
        job.requests.get(),
        heap.getUsed() >> 20,
        heap.getMax() >> 20);
  }

  private Optional<Rollback> rollback() {
    return Optional.of(new Rollback("start", refs.getLast()));
  }

  private byte[] bytes(int step) {
    var chunks =
        IntStream.range(0, chunksOfEach)
            .mapToObj(i -> new ChunkRef(key(step, i, ""), sum(step, i), 1))
            .toList();
    var file = new FileEntry("weights", chunksOfEach, Optional.empty());
    var part = new Part(0, "pod", List.of(file), chunks, JsonNodeFactory.instance.objectNode());
    var parent = step == 1 ? Optional.<ManifestRef>empty() : Optional.of(refs.get(step - 2));
    return ManifestCodec.encode(
        new Manifest(
            1,
            TestingJob.LAYOUT.job(),
            step,
            TOKEN,
            Optional.empty(),
            false,
            1,
            parent,
            WRITTEN,
            List.of(part)));
  }

  private static String sum(int step, int chunk) {
    return "%032x%032x".formatted(step * 0x9e3779b97f4a7c15L, chunk * 0x94d049bb133111ebL);
  }

  private static String key(int step, int chunk, String orphan) {
    var sum = sum(step, chunk);
    return sum.substring(0, 2) + "/" + sum + "-" + step + "-" + TOKEN + orphan;
  }

  @Override
  public Optional<StoredObject> read(String key) {
    requests.incrementAndGet();
    if (!key.startsWith(TestingJob.LAYOUT.manifests())) return small.read(key);
    var step = (int) Shelf.step(key.substring(TestingJob.LAYOUT.manifests().length()));
    return Optional.of(new StoredObject(bytes(step), "etag"));
  }

  @Override
  public Stream<ListedObject> list(String prefix) {
    if (prefix.equals(TestingJob.LAYOUT.manifests())) {
      return paged(refs.stream().map(ref -> object(prefix + ref.name(), 20_000)));
    }
    if (prefix.equals(TestingJob.LAYOUT.chunks())) {
      return paged(
          refs.stream()
              .flatMap(
                  ref ->
                      IntStream.range(0, chunksOfEach)
                          .boxed()
                          .flatMap(
                              i ->
                                  Stream.of("", "0")
                                      .map(orphan -> key((int) ref.step(), i, orphan)))
                          .map(key -> object(prefix + key, 1))));
    }
    requests.incrementAndGet();
    return small.list(prefix);
  }

  private Stream<ListedObject> paged(Stream<ListedObject> objects) {
    var seen = new AtomicInteger();
    return objects.peek(
        _ -> {
          if (seen.getAndIncrement() % PAGE == 0) requests.incrementAndGet();
        });
  }

  private static ListedObject object(String key, long bytes) {
    return new ListedObject(key, bytes, WRITTEN);
  }

  @Override
  public void deleteAll(Collection<String> keys) {
    if (keys.isEmpty()) return;
    requests.incrementAndGet();
    deleted += keys.size();
  }

  @Override
  public CreateOutcome createOnce(String key, Payload payload) {
    requests.incrementAndGet();
    return small.createOnce(key, payload);
  }

  @Override
  public SwapOutcome swap(String key, SwapCondition condition, byte[] bytes) {
    return small.swap(key, condition, bytes);
  }

  @Override
  public Optional<ObjectFacts> inspect(String key) {
    requests.incrementAndGet();
    return small.inspect(key);
  }

  @Override
  public Optional<Long> readRange(String key, ByteRange range, WritableByteChannel to) {
    return small.readRange(key, range, to);
  }

  @Override
  public Optional<Long> readAll(String key, WritableByteChannel to) {
    return small.readAll(key, to);
  }

  @Override
  public void delete(String key) {
    deleteAll(List.of(key));
  }
}
