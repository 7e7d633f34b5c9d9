package dev.intermission.checkpoint.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.checkpoint.testing.Fault;
import dev.intermission.checkpoint.testing.TestingDialect;
import dev.intermission.checkpoint.testing.TestingDialect.Lie;
import dev.intermission.checkpoint.testing.TestingHeaderStripper;
import dev.intermission.checkpoint.testing.TestingServer;
import dev.intermission.checkpoint.testing.TestingStore;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class StorageProbeTest {

  private final StorageProbe probe = new StorageProbe(() -> UUID.randomUUID().toString());

  record Row(Lie lie, String reason, String missing) {
    @Override
    public String toString() {
      return lie + " -> " + reason;
    }
  }

  static Stream<Row> lies() {
    return Stream.of(
        new Row(Lie.CREATES_TWICE, "ConditionalWritesUnsupported", "If-None-Match: *"),
        new Row(Lie.SWAPS_WHAT_CHANGED, "ConditionalWritesUnsupported", "If-Match"),
        new Row(Lie.LOOKS_THEN_CREATES, "ConditionalWritesNotAtomic", "12 creations of one key"),
        new Row(Lie.LOOKS_THEN_SWAPS, "ConditionalWritesNotAtomic", "12 swaps of one object"),
        new Row(Lie.LISTS_LATE, "ListingsInconsistent", "does not list"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lies")
  void aStoreThatWouldLoseCheckpointsIsNamedWithWhatItLacks(Row row) {
    var result = probe.probe(new TestingDialect(new TestingStore(), row.lie()), "prefix");

    assertThat(result)
        .isInstanceOfSatisfying(
            ProbeResult.Unusable.class,
            unusable -> {
              assertThat(unusable.reason()).isEqualTo(row.reason());
              assertThat(unusable.message())
                  .contains(row.missing(), "No run is started", "docs/storage.md");
            });
  }

  @Test
  void nothingOfAProbeStays() {
    var store = new TestingStore();

    assertThat(probe.probe(store, "prefix")).isEqualTo(new ProbeResult.Usable());

    assertThat(store.list("")).isEmpty();
  }

  /** A request that nobody answered, one of a good store: it proves nothing about the store. */
  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"LOSE_REQUEST", "LOSE_ANSWER", "ARRIVE_LATE"})
  void oneLostCallNeverCondemnsAGoodStore(Fault fault) {
    var whole = new TestingStore();
    probe.probe(whole, "prefix");

    for (var call = 0; call < whole.calls(); call++) {
      for (var later = 1; later <= 3; later++) {
        var store = new TestingStore().fail(call, fault, call + later);
        var result = probe.probe(store, "prefix");
        assertThat(result)
            .as("%s of call %d, %d before it arrives\n%s", fault, call, later, store.log())
            .satisfiesAnyOf(
                seen -> assertThat(seen).isEqualTo(new ProbeResult.Usable()),
                seen ->
                    assertThat(seen)
                        .isInstanceOfSatisfying(
                            ProbeResult.Unusable.class,
                            unusable ->
                                assertThat(unusable.reason()).isEqualTo("EndpointUnreachable")));
      }
    }
  }

  static Stream<Arguments> unanswered() {
    return Stream.of(Arguments.of(Lie.CREATES_TWICE, 1), Arguments.of(Lie.SWAPS_WHAT_CHANGED, 4));
  }

  @ParameterizedTest(name = "{0}, call {1}")
  @MethodSource("unanswered")
  void aStoreIsNotFitBecauseTheAnswerThatWouldTellIsLost(Lie lie, int call) {
    var store = new TestingStore().fail(call, Fault.LOSE_ANSWER);

    assertThat(probe.probe(new TestingDialect(store, lie), "prefix"))
        .isInstanceOfSatisfying(
            ProbeResult.Unusable.class,
            unusable -> assertThat(unusable.reason()).isEqualTo("EndpointUnreachable"));
  }

  record Stripped(String header, String missing) {}

  static Stream<Stripped> stripped() {
    return Stream.of(
        new Stripped("If-None-Match", "If-None-Match: *"), new Stripped("If-Match", "If-Match ("));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("stripped")
  void aProxyThatDropsTheConditionIsFoundOut(Stripped row) {
    var server = TestingServer.s3proxyWithoutSignatures();
    try (var proxy = new TestingHeaderStripper(server.endpoint(), row.header());
        var store =
            S3ObjectStore.open(
                new StorageLocation(
                    Optional.of(proxy.endpoint()), "us-east-1", TestingServer.BUCKET, "", true),
                TestingServer.ROOT,
                ClientTuning.QUICK)) {
      assertThat(probe.probe(store, "prefix"))
          .isInstanceOfSatisfying(
              ProbeResult.Unusable.class,
              unusable -> {
                assertThat(unusable.reason()).isEqualTo("ConditionalWritesUnsupported");
                assertThat(unusable.message()).contains(row.missing());
              });
    }
  }
}
