package dev.intermission.checkpoint.testing;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Sha256;
import dev.intermission.checkpoint.s3.ByteRange;
import dev.intermission.checkpoint.s3.CreateOutcome;
import dev.intermission.checkpoint.s3.ListedObject;
import dev.intermission.checkpoint.s3.ObjectFacts;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.Payload;
import dev.intermission.checkpoint.s3.StoredObject;
import dev.intermission.checkpoint.s3.SwapCondition;
import dev.intermission.checkpoint.s3.SwapOutcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A store in memory with the semantics of a real one (the same contract test runs against both):
 * atomic conditional writes, ETags that are MD5 sums of the content, sums checked on arrival. Calls
 * are counted from 0, and faults are scripted by that number.
 */
public final class TestingStore implements ObjectStore {

  private record Entry(byte[] bytes, Instant at) {}

  private final Map<String, Entry> objects = new TreeMap<>();
  private final Map<Integer, Fault> faults = new HashMap<>();
  private final Map<Integer, Runnable> events = new HashMap<>();
  private final List<String> log = new ArrayList<>();
  private final List<byte[]> heads = new ArrayList<>();
  private boolean keepsSums = true;
  private Instant now = Instant.parse("2026-11-24T00:00:00Z");
  private int calls;

  /** Call number {@code call} from now on suffers {@code fault}. */
  public TestingStore fail(int call, Fault fault) {
    faults.put(calls + call, fault);
    return this;
  }

  /** Runs {@code event} just before call number {@code call} from now on. */
  public TestingStore before(int call, Runnable event) {
    events.put(calls + call, event);
    return this;
  }

  public TestingStore failAfterEffect(int call) {
    return fail(call, Fault.LOSE_ANSWER);
  }

  /** From now on nothing goes wrong any more. */
  public TestingStore heal() {
    faults.clear();
    return this;
  }

  public TestingStore withoutSums() {
    keepsSums = false;
    return this;
  }

  public void advance(java.time.Duration time) {
    now = now.plus(time);
  }

  public java.time.Clock clock() {
    return new TestingClock(() -> now);
  }

  public int calls() {
    return calls;
  }

  /** Every call in words, in order. */
  public List<String> log() {
    return List.copyOf(log);
  }

  /** Every HEAD that ever was, in order. */
  public List<byte[]> heads() {
    return List.copyOf(heads);
  }

  public synchronized List<String> keys() {
    return List.copyOf(objects.keySet());
  }

  /** Damages an object behind everybody's back. */
  public synchronized void overwrite(String key, byte[] bytes) {
    objects.put(key, new Entry(bytes, now));
  }

  public synchronized byte[] bytes(String key) {
    return objects.get(key).bytes().clone();
  }

  public synchronized void remove(String key) {
    objects.remove(key);
  }

  @Override
  public synchronized Optional<StoredObject> read(String key) {
    return reading(
        "read " + key,
        () ->
            entry(key).map(entry -> new StoredObject(entry.bytes().clone(), etag(entry.bytes()))));
  }

  @Override
  public synchronized Optional<ObjectFacts> inspect(String key) {
    return reading("inspect " + key, () -> entry(key).map(this::facts));
  }

  @Override
  public synchronized CreateOutcome createOnce(String key, Payload payload) {
    return writing(
        "create " + key,
        () -> {
          if (objects.containsKey(key)) return new CreateOutcome.AlreadyThere();
          var bytes = content(payload);
          if (!Sha256.hex(bytes).equals(payload.sha256())) {
            throw new StoreException.DirectoryTorn(key + ": BadDigest");
          }
          objects.put(key, new Entry(bytes, now));
          return new CreateOutcome.Created(now);
        },
        CreateOutcome.AnswerLost::new);
  }

  @Override
  public synchronized SwapOutcome swap(String key, SwapCondition condition, byte[] bytes) {
    return writing(
        "swap " + key,
        () -> {
          var there = entry(key);
          var refused =
              switch (condition) {
                case SwapCondition.IfMatch(var etag) when there.isEmpty() ->
                    Optional.<SwapOutcome>of(new SwapOutcome.Missing());
                case SwapCondition.IfMatch(var etag) when !etag(there.get().bytes()).equals(etag) ->
                    Optional.<SwapOutcome>of(new SwapOutcome.Refused());
                case SwapCondition.IfAbsent _ when there.isPresent() ->
                    Optional.<SwapOutcome>of(new SwapOutcome.Refused());
                case SwapCondition.IfMatch _, SwapCondition.IfAbsent _ ->
                    Optional.<SwapOutcome>empty();
              };
          if (refused.isPresent()) return refused.get();
          objects.put(key, new Entry(bytes.clone(), now));
          if (key.endsWith("/HEAD")) heads.add(bytes.clone());
          return new SwapOutcome.Swapped(etag(bytes));
        },
        SwapOutcome.AnswerLost::new);
  }

  @Override
  public synchronized Optional<Long> readRange(
      String key, ByteRange range, WritableByteChannel to) {
    return reading(
        "read a range of " + key,
        () ->
            entry(key)
                .map(
                    entry -> {
                      var from = (int) Math.min(range.offset(), entry.bytes().length);
                      var end = (int) Math.min(from + range.length(), entry.bytes().length);
                      return write(to, Arrays.copyOfRange(entry.bytes(), from, end));
                    }));
  }

  @Override
  public synchronized Optional<Long> readAll(String key, WritableByteChannel to) {
    return reading("read all of " + key, () -> entry(key).map(entry -> write(to, entry.bytes())));
  }

  @Override
  public synchronized Stream<ListedObject> list(String prefix) {
    return reading(
        "list " + prefix,
        () ->
            objects.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix))
                .map(
                    entry ->
                        new ListedObject(
                            entry.getKey(), entry.getValue().bytes().length, entry.getValue().at()))
                .toList()
                .stream());
  }

  @Override
  public synchronized void delete(String key) {
    reading("delete " + key, () -> Optional.ofNullable(objects.remove(key)));
  }

  private Optional<Entry> entry(String key) {
    return Optional.ofNullable(objects.get(key));
  }

  private ObjectFacts facts(Entry entry) {
    var sum = keepsSums ? Optional.of(Sha256.hex(entry.bytes())) : Optional.<String>empty();
    return new ObjectFacts(entry.bytes().length, sum, etag(entry.bytes()), entry.at());
  }

  /**
   * A read, list or delete: the real store retries them, so that a lost answer is just a slow one.
   */
  private <T> T reading(String what, Supplier<T> call) {
    return withFaults(what, call, Optional.empty());
  }

  private <T> T writing(
      String what, Supplier<T> call, java.util.function.Function<String, T> lost) {
    return withFaults(what, call, Optional.of(lost));
  }

  private <T> T withFaults(
      String what, Supplier<T> call, Optional<java.util.function.Function<String, T>> lost) {
    var number = calls++;
    var fault = Optional.ofNullable(faults.get(number));
    events.getOrDefault(number, () -> {}).run();
    log.add(number + ": " + what + fault.map(f -> " (" + f + ")").orElse(""));
    if (fault.isEmpty()) return call.get();
    return switch (fault.get()) {
      case DIE_BEFORE -> throw new ProcessDied(number);
      case DIE_AFTER -> {
        call.get();
        throw new ProcessDied(number);
      }
      case LOSE_ANSWER -> {
        var answer = call.get();
        yield lost.map(unknown -> unknown.apply("scripted")).orElse(answer);
      }
      case LOSE_REQUEST -> lost.map(unknown -> unknown.apply("scripted")).orElseGet(call);
    };
  }

  private static long write(WritableByteChannel to, byte[] bytes) {
    try {
      return to.write(ByteBuffer.wrap(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] content(Payload payload) {
    return switch (payload) {
      case Payload.Bytes(var bytes, _) -> bytes.clone();
      case Payload.FileSlice slice -> {
        try (var file = FileChannel.open(slice.file())) {
          var bytes = ByteBuffer.allocate((int) slice.length());
          file.read(bytes, slice.offset());
          if (bytes.hasRemaining())
            throw new StoreException.DirectoryTorn(slice.file() + " ends early");
          yield bytes.array();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  private static String etag(byte[] bytes) {
    try {
      return "\"" + HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes)) + "\"";
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
