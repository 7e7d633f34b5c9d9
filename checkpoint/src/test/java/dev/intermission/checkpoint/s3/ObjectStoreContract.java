package dev.intermission.checkpoint.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the protocol relies on; the store in memory and the real one must agree about it. */
interface ObjectStoreContract {

  ObjectStore store();

  default Dialect dialect() {
    return Dialect.FULL;
  }

  /** A key that no other test uses. */
  default String fresh() {
    return "contract/" + java.util.UUID.randomUUID();
  }

  private static Payload.Bytes text(String text) {
    return Payload.Bytes.of(text.getBytes(UTF_8));
  }

  /** A lost answer says nothing, so the same swap is sent again, as the protocol does. */
  private SwapOutcome swap(String key, SwapCondition condition, String text) {
    var outcome = store().swap(key, condition, text.getBytes(UTF_8));
    for (var i = 0; i < 20 && outcome instanceof SwapOutcome.AnswerLost; i++) {
      outcome = store().swap(key, condition, text.getBytes(UTF_8));
    }
    return outcome;
  }

  private String swappedIn(String key, String text) {
    var outcome = store().swap(key, new SwapCondition.IfAbsent(), text.getBytes(UTF_8));
    return outcome instanceof SwapOutcome.Swapped(var etag)
        ? etag
        : store().read(key).orElseThrow().etag(); // only the answer was lost
  }

  @Test
  default void whatIsNotThereReadsAsNothing() {
    assertThat(store().read(fresh())).isEmpty();
    assertThat(store().inspect(fresh())).isEmpty();
    assertThat(store().readAll(fresh(), Channels.newChannel(new ByteArrayOutputStream())))
        .isEmpty();
  }

  @Test
  default void anObjectIsCreatedOnceAndNeverReplaced() {
    var key = fresh();
    assertThat(store().createOnce(key, text("first"))).isInstanceOf(CreateOutcome.Created.class);
    assertThat(store().createOnce(key, text("second")))
        .isInstanceOf(CreateOutcome.AlreadyThere.class);
    assertThat(store().read(key).orElseThrow().holds("first".getBytes(UTF_8))).isTrue();
  }

  @Test
  default void anObjectOfNoBytesIsAnObject() {
    var key = fresh();
    assertThat(store().createOnce(key, text(""))).isInstanceOf(CreateOutcome.Created.class);
    assertThat(store().inspect(key).orElseThrow().length()).isZero();
    assertThat(store().read(key).orElseThrow().bytes()).isEmpty();
  }

  @Test
  default void theStoreKeepsTheSumAndTheLength() {
    var key = fresh();
    store().createOnce(key, text("content"));
    var facts = store().inspect(key).orElseThrow();
    assertThat(facts.length()).isEqualTo(7);
    var sum = Optional.of(Sha256.hex("content".getBytes(UTF_8)));
    assertThat(facts.sha256())
        .isEqualTo(sum.filter(_ -> dialect().sums() == Dialect.Sums.HANDED_BACK));
  }

  @Test
  default void bytesThatDoNotHaveTheSumAreNotStored() {
    var key = fresh();
    var wrong = new Payload.Bytes("content".getBytes(UTF_8), Sha256.hex("other".getBytes(UTF_8)));
    assertThatThrownBy(() -> store().createOnce(key, wrong))
        .isInstanceOf(StoreException.DirectoryTorn.class);
    assertThat(store().read(key)).isEmpty();
  }

  @Test
  default void aSliceOfAFileIsStoredAndNothingElseOfIt(@TempDir Path folder) throws IOException {
    var file = Files.writeString(folder.resolve("file"), "0123456789");
    var key = fresh();
    store().createOnce(key, new Payload.FileSlice(file, 3, 4, Sha256.hex("3456".getBytes(UTF_8))));
    assertThat(store().read(key).orElseThrow().holds("3456".getBytes(UTF_8))).isTrue();
  }

  @Test
  default void aFileThatEndsBeforeItsSliceIsTorn(@TempDir Path folder) throws IOException {
    var file = Files.writeString(folder.resolve("file"), "012");
    var slice = new Payload.FileSlice(file, 0, 5, Sha256.hex("01234".getBytes(UTF_8)));
    assertThatThrownBy(() -> store().createOnce(fresh(), slice))
        .isInstanceOf(StoreException.DirectoryTorn.class);
  }

  @Test
  default void aSwapReplacesOnlyWhatWasRead() {
    var key = fresh();
    var first = swappedIn(key, "first");
    assertThat(swap(key, new SwapCondition.IfMatch(first), "second"))
        .isInstanceOf(SwapOutcome.Swapped.class);
    assertThat(swap(key, new SwapCondition.IfMatch(first), "third"))
        .isInstanceOf(SwapOutcome.Refused.class);
    assertThat(store().read(key).orElseThrow().holds("second".getBytes(UTF_8))).isTrue();
  }

  @Test
  default void aSwapOfWhatIsAbsentCreatesOnlyOnce() {
    var key = fresh();
    swappedIn(key, "first");
    assertThat(swap(key, new SwapCondition.IfAbsent(), "second"))
        .isInstanceOf(SwapOutcome.Refused.class);
  }

  @Test
  default void aSwapOfWhatIsGoneCreatesNothing() {
    var key = fresh();
    var etag = swappedIn(key, "first");
    store().delete(key);
    assertThat(swap(key, new SwapCondition.IfMatch(etag), "second"))
        .isInstanceOf(SwapOutcome.Missing.class);
    assertThat(store().read(key)).isEmpty();
  }

  @Test
  default void theEtagOfASwapIsTheOneThatIsRead() {
    var key = fresh();
    var etag = swappedIn(key, "first");
    assertThat(store().read(key).orElseThrow().etag()).isEqualTo(etag);
  }

  @Test
  default void ofSixteenRacingSwapsOneWins() throws Exception {
    var key = fresh();
    var etag = swappedIn(key, "start");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var racers =
          IntStream.range(0, 16)
              .<Callable<SwapOutcome>>mapToObj(
                  i ->
                      () ->
                          store()
                              .swap(
                                  key,
                                  new SwapCondition.IfMatch(etag),
                                  ("racer " + i).getBytes(UTF_8)))
              .toList();
      var won = 0L;
      for (var outcome : threads.invokeAll(racers)) {
        if (outcome.get() instanceof SwapOutcome.Swapped) won++;
      }
      assertThat(won).isBetween(1L, dialect().winnersOf(16));
    }
  }

  @Test
  default void ofSixteenRacingCreationsExactlyOneWins() throws Exception {
    var key = fresh();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var racers =
          IntStream.range(0, 16)
              .<Callable<CreateOutcome>>mapToObj(
                  i -> () -> store().createOnce(key, text("racer " + i)))
              .toList();
      var won = 0;
      for (var outcome : threads.invokeAll(racers)) {
        if (outcome.get() instanceof CreateOutcome.Created) won++;
      }
      assertThat(won).isEqualTo(1);
    }
  }

  @Test
  default void aRangeEndsWhereTheObjectEnds() {
    var key = fresh();
    store().createOnce(key, text("0123456789"));
    assertThat(range(key, 3, 4)).isEqualTo("3456");
    assertThat(range(key, 8, 4)).isEqualTo("89");
    assertThat(range(key, 20, 4)).isEmpty();
  }

  private String range(String key, long offset, long length) {
    var out = new ByteArrayOutputStream();
    var came = store().readRange(key, new ByteRange(offset, length), Channels.newChannel(out));
    assertThat(came).isEqualTo(Optional.of((long) out.size()));
    return out.toString(UTF_8);
  }

  @Test
  default void aListingShowsKeysBelowThePrefixInOrder() {
    var prefix = fresh() + "/";
    for (var name : new String[] {"b", "a", "c d ü"}) store().createOnce(prefix + name, text(name));
    store().createOnce(fresh(), text("elsewhere"));
    assertThat(store().list(prefix).map(ListedObject::key))
        .containsExactly(prefix + "a", prefix + "b", prefix + "c d ü");
  }

  @Test
  default void aListingOfNothingIsEmpty() {
    assertThat(store().list(fresh())).isEmpty();
  }

  @Test
  default void deletingTwiceIsFine() {
    var key = fresh();
    store().createOnce(key, text("x"));
    store().delete(key);
    store().delete(key);
    assertThat(store().read(key)).isEmpty();
  }

  @Test
  default void manyObjectsAreDeletedAtOnceAndThoseThatAreGoneDoNotMatter() {
    var prefix = fresh() + "/";
    var keys = IntStream.range(0, 1100).mapToObj(i -> prefix + "d ü&<" + i).toList();
    for (var i : new int[] {0, 1, 998, 999, 1000, 1001, 1098}) {
      store().createOnce(keys.get(i), text("x"));
    }
    store().createOnce(prefix + "stays", text("x"));
    store().deleteAll(keys);
    store().deleteAll(java.util.List.of());
    assertThat(store().list(prefix).map(ListedObject::key)).containsExactly(prefix + "stays");
  }

  @Test
  default void theProbeFindsWhatTheDialectSays() {
    var probe = new StorageProbe(() -> java.util.UUID.randomUUID().toString());
    assertThat(probe.probe(store(), "probe")).matches(dialect()::allows);
  }
}
