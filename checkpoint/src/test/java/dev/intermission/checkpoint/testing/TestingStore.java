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
import java.util.BitSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A store in memory with the semantics of a real one (the same contract test runs against both):
 * atomic conditional writes, ETags that are MD5 sums of the content, sums checked on arrival. Calls
 * are counted from 0, and faults are scripted by that number.
 *
 * <p>The real store repeats reads and deletes until somebody answers: a lost answer of those means
 * here that nobody did, so that they throw. Conditional writes tell that their answer was lost.
 */
public final class TestingStore implements ObjectStore {

  private static final int UNCOUNTED = -1;

  private record Entry(byte[] bytes, Instant at) {}

  /** {@code arrives}: just before which call a request that is held up takes effect. */
  private record Trouble(Fault fault, int arrives) {}

  private record HeldUp(String what, Runnable effect, int arrives) {}

  private final Map<String, Entry> objects = new TreeMap<>();
  private final Map<Integer, Trouble> troubles = new HashMap<>();
  private final List<HeldUp> heldUp = new ArrayList<>();
  private final Map<Integer, Runnable> events = new HashMap<>();
  private final Map<Integer, Runnable> delays = new HashMap<>();
  private final List<String> log = new ArrayList<>();
  private final List<byte[]> heads = new ArrayList<>();
  private Consumer<Effect> witness = _ -> {};
  private boolean keepsSums = true;
  private Instant now = Instant.parse("2026-11-24T00:00:00Z");
  private final BitSet changes = new BitSet();
  private String caller = "";
  private int calls;
  private volatile boolean delaying;

  /** A store with the same content and history, where nothing goes wrong yet. */
  public synchronized TestingStore copy() {
    var copy = new TestingStore();
    copy.objects.putAll(objects);
    copy.heads.addAll(heads);
    copy.keepsSums = keepsSums;
    copy.now = now;
    return copy;
  }

  /**
   * Call number {@code call} from now on suffers {@code fault}; a request that is held up arrives
   * when {@link #deliver} is called.
   */
  public TestingStore fail(int call, Fault fault) {
    return fail(call, fault, Integer.MAX_VALUE - calls);
  }

  /** As {@link #fail(int, Fault)}; a request that is held up arrives before another call. */
  public synchronized TestingStore fail(int call, Fault fault, int arrivesBefore) {
    troubles.put(calls + call, new Trouble(fault, calls + arrivesBefore));
    return this;
  }

  /** Runs {@code event} just before call number {@code call} from now on. */
  public TestingStore before(int call, Runnable event) {
    events.put(calls + call, event);
    return this;
  }

  /**
   * The answer to call number {@code call} from now on is slow: {@code meanwhile} happens after the
   * store gave it and before it comes. What it does there is not counted.
   */
  public TestingStore slow(int call, Runnable meanwhile) {
    delays.put(calls + call, meanwhile);
    return this;
  }

  public TestingStore failAfterEffect(int call) {
    return fail(call, Fault.LOSE_ANSWER);
  }

  /** The next call is made by {@code caller}: for the log. */
  synchronized TestingStore as(String caller) {
    this.caller = caller + ": ";
    return this;
  }

  /** From now on nothing goes wrong any more; what was held up has arrived. */
  public synchronized TestingStore heal() {
    troubles.clear();
    delays.clear();
    deliver();
    return this;
  }

  /** What was held up on its way takes effect now. */
  public synchronized void deliver() {
    deliverBefore(Integer.MAX_VALUE);
  }

  /** Tells {@code witness} of every change at the moment when it happens. */
  public void watch(Consumer<Effect> witness) {
    this.witness = witness;
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

  /**
   * What can go wrong with a call that was made: a read has no effect that could come before, after
   * or late.
   */
  public List<Fault> faults(int call) {
    return changes.get(call) ? Fault.ALL : Fault.OF_READS;
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

  public synchronized boolean has(String key) {
    return objects.containsKey(key);
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
  public Optional<StoredObject> read(String key) {
    return reading(
        "read " + key,
        () ->
            entry(key).map(entry -> new StoredObject(entry.bytes().clone(), etag(entry.bytes()))));
  }

  @Override
  public Optional<ObjectFacts> inspect(String key) {
    return reading("inspect " + key, () -> entry(key).map(this::facts));
  }

  @Override
  public CreateOutcome createOnce(String key, Payload payload) {
    var sent = new AtomicReference<byte[]>();
    return writing(
        new Call("create " + key, true, () -> sent.set(content(payload))),
        () -> {
          if (objects.containsKey(key)) return new CreateOutcome.AlreadyThere();
          var bytes = Optional.ofNullable(sent.get()).orElseGet(() -> content(payload));
          if (!Sha256.hex(bytes).equals(payload.sha256())) {
            throw new StoreException.DirectoryTorn(key + ": BadDigest");
          }
          objects.put(key, new Entry(bytes, now));
          witness.accept(new Effect.Written(key));
          return new CreateOutcome.Created(now);
        },
        CreateOutcome.AnswerLost::new);
  }

  @Override
  public SwapOutcome swap(String key, SwapCondition condition, byte[] bytes) {
    return writing(
        new Call("swap " + key, true, () -> {}),
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
          witness.accept(new Effect.Written(key));
          return new SwapOutcome.Swapped(etag(bytes));
        },
        SwapOutcome.AnswerLost::new);
  }

  @Override
  public Optional<Long> readRange(String key, ByteRange range, WritableByteChannel to) {
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
  public Optional<Long> readAll(String key, WritableByteChannel to) {
    return reading("read all of " + key, () -> entry(key).map(entry -> write(to, entry.bytes())));
  }

  @Override
  public Stream<ListedObject> list(String prefix) {
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
  public void delete(String key) {
    withFaults(
        new Call("delete " + key, true, () -> {}),
        () -> removed(key),
        () -> removed(key),
        Optional.empty());
  }

  private boolean removed(String key) {
    var there = objects.remove(key) != null;
    if (there) witness.accept(new Effect.Deleted(key));
    return there;
  }

  private Optional<Entry> entry(String key) {
    return Optional.ofNullable(objects.get(key));
  }

  private ObjectFacts facts(Entry entry) {
    var sum = keepsSums ? Optional.of(Sha256.hex(entry.bytes())) : Optional.<String>empty();
    return new ObjectFacts(entry.bytes().length, sum, etag(entry.bytes()), entry.at());
  }

  /** A read or a listing: nothing of it can arrive late. */
  private <T> T reading(String what, Supplier<T> call) {
    return withFaults(new Call(what, false, () -> {}), call, () -> {}, Optional.empty());
  }

  private <T> T writing(Call made, Supplier<T> call, Function<String, T> lost) {
    return withFaults(made, call, call::get, Optional.of(lost));
  }

  /**
   * One request: in words, whether it may change something, and how its body leaves the process,
   * whose files may be gone when it arrives.
   */
  private record Call(String what, boolean changes, Runnable sent) {}

  /**
   * What happens before a call may itself use the store, also from other threads: so it happens
   * outside of the lock that every call takes.
   *
   * @param late what is left to do when the request arrives late
   */
  private <T> T withFaults(
      Call made, Supplier<T> call, Runnable late, Optional<Function<String, T>> lost) {
    if (delaying) return answered(UNCOUNTED, made, call, late, lost);
    var number = arrived(made);
    events.getOrDefault(number, () -> {}).run();
    var answer = answered(number, made, call, late, lost);
    var delay = Optional.ofNullable(delays.remove(number));
    delaying = delay.isPresent();
    delay.ifPresent(Runnable::run);
    delaying = false;
    return answer;
  }

  private synchronized int arrived(Call made) {
    if (made.changes()) changes.set(calls);
    deliverBefore(calls);
    return calls++;
  }

  private synchronized <T> T answered(
      int number, Call made, Supplier<T> call, Runnable late, Optional<Function<String, T>> lost) {
    var what = made.what();
    var trouble = Optional.ofNullable(troubles.get(number));
    log.add(
        (number == UNCOUNTED ? "meanwhile" : number)
            + ": "
            + caller
            + what
            + trouble.map(t -> " (" + t.fault() + ")").orElse(""));
    if (trouble.isEmpty()) return call.get();
    var fault = trouble.get().fault();
    if (fault == Fault.LOSE_ANSWER || fault == Fault.DIE_AFTER) call.get();
    if (fault.isLate()) made.sent().run();
    if (fault.isLate()) heldUp.add(new HeldUp(what, late, trouble.get().arrives()));
    return switch (fault) {
      case DIE_BEFORE, DIE_AFTER, DIE_IN_FLIGHT -> throw new ProcessDied(number);
      case LOSE_ANSWER, LOSE_REQUEST, ARRIVE_LATE ->
          lost.map(unknown -> unknown.apply("scripted")).orElseThrow(() -> unanswered(what));
      case DENY -> throw new StoreException.AccessDenied(what + " is denied, as scripted", null);
    };
  }

  private void deliverBefore(int call) {
    var due = heldUp.stream().filter(request -> request.arrives() <= call).toList();
    heldUp.removeAll(due);
    for (var request : due) {
      log.add("late: " + request.what());
      request.effect().run();
    }
  }

  private static StoreException unanswered(String what) {
    return new StoreException.EndpointUnreachable(what + " has no answer, as scripted", null);
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
