package dev.intermission.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.intermission.checkpoint.catalogue.Content;
import dev.intermission.checkpoint.catalogue.Entry;
import dev.intermission.checkpoint.catalogue.Entry.Notes;
import dev.intermission.checkpoint.catalogue.Entry.Standing;
import dev.intermission.checkpoint.verify.Mode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a list of checkpoints looks. */
class ListingTest {

  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final Notes NONE = new Notes(List.of(), false, false);

  @ParameterizedTest(name = "{0} seconds are {1}")
  @CsvSource({
    "-5, 0s", // a clock ahead wrote it
    "0, 0s",
    "59, 59s",
    "60, 1m",
    "3599, 59m",
    "3600, 1h",
    "86399, 23h",
    "86400, 1d",
    "864000, 10d",
  })
  void agesAreInTheLargestUnitThatFits(long seconds, String shown) {
    assertThat(row(readable(seconds, 0, false), NONE).split(" +")[2]).isEqualTo(shown);
  }

  @ParameterizedTest(name = "{0} bytes are {1}")
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.0 KiB",
    "1572864, 1.5 MiB",
    "1073741824, 1.0 GiB",
    "5497558138880, 5.0 TiB",
    "5629499534213120, 5120.0 TiB", // there is no larger unit
  })
  void sizesAreInTheLargestUnitThatFits(long bytes, String shown) {
    assertThat(row(readable(1, bytes, false), NONE)).contains("  " + shown + " ");
  }

  @Test
  void notesSayEverythingThatOthersSaid() {
    var notes = new Notes(List.of("uid-1", "uid-2"), true, true);

    assertThat(row(readable(1, 1, true), notes))
        .endsWith("finished, quarantined, marked, pinned by uid-1, pinned by uid-2");
  }

  @Test
  void checkpointThatCannotBeReadSaysWhy() {
    var line =
        row(new Content.Unreadable("its manifest is gone"), new Notes(List.of(), true, false));

    assertThat(line).contains(" ? ").endsWith("marked its manifest is gone");
  }

  @Test
  void standingIsInWordsForPeopleAndByNameForPrograms() throws Exception {
    var entry = entry(Standing.OFF_CHAIN, readable(1, 1, false), NONE);

    assertThat(Listing.table(List.of(entry), Map.of(), NOW).getLast()).contains("off-chain");
    assertThat(
            new JsonMapper()
                .readTree(Listing.json(List.of(entry), Map.of()))
                .path(0)
                .path("standing")
                .asText())
        .isEqualTo("OFF_CHAIN");
  }

  @Test
  void programsGetEverythingThatPeopleSee() throws Exception {
    var notes = new Notes(List.of("uid-1"), true, true);
    var json =
        new JsonMapper()
            .readTree(
                Listing.json(
                    List.of(entry(Standing.CHAIN, readable(60, 7, true), notes)), Map.of()))
            .path(0);

    assertThat(json.path("createdAt").asText()).isEqualTo("2026-11-24T11:59:00Z");
    assertThat(json.path("bytes").asLong()).isEqualTo(7);
    assertThat(json.path("objects").asInt()).isEqualTo(3);
    assertThat(json.path("finished").asBoolean()).isTrue();
    assertThat(json.path("marked").asBoolean()).isTrue();
    assertThat(json.path("quarantined").asBoolean()).isTrue();
    assertThat(json.path("pinnedBy").path(0).asText()).isEqualTo("uid-1");
  }

  @Test
  void whatWasVerifiedHasAColumnOnlyWhereSomebodyAsked() throws Exception {
    var entries = List.of(entry(Standing.CHAIN, readable(1, 1, false), NONE));
    var damaged = Map.<String, Verdict>of("manifest", new Verdict.Damaged("chunk 3f is gone."));

    assertThat(Listing.table(entries, Map.of(), NOW).getFirst()).doesNotContain("VERIFIED");
    assertThat(Listing.json(entries, Map.of())).doesNotContain("verified");
    assertThat(Listing.table(entries, damaged, NOW).getFirst()).contains("OBJECTS VERIFIED ");
    assertThat(Listing.table(entries, damaged, NOW).getLast())
        .contains(" damaged ")
        .endsWith("chunk 3f is gone.");
    var json = new JsonMapper().readTree(Listing.json(entries, damaged)).path(0);
    assertThat(json.path("verified").asText()).isEqualTo("damaged");
    assertThat(json.path("defect").asText()).isEqualTo("chunk 3f is gone.");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"ATTESTED, attested", "READ, read", "LENGTH_ONLY, length-only"})
  void howItWasVerifiedIsOneWord(Mode how, String word) {
    assertThat(new Verdict.Whole(how).word()).isEqualTo(word);
  }

  private static String row(Content content, Notes notes) {
    return Listing.table(List.of(entry(Standing.CHAIN, content, notes)), Map.of(), NOW).getLast();
  }

  private static Entry entry(Standing standing, Content content, Notes notes) {
    return new Entry("manifest", 7, standing, content, notes);
  }

  private static Content readable(long ageSeconds, long bytes, boolean finished) {
    var createdAt = NOW.minus(Duration.ofSeconds(ageSeconds));
    return new Content.Readable(createdAt, bytes, 3, List.of("model"), finished);
  }
}
