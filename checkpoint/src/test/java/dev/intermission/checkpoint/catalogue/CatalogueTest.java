package dev.intermission.checkpoint.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.checkpoint.catalogue.Entry.Standing;
import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.Claim;
import dev.intermission.checkpoint.protocol.ClaimOutcome;
import dev.intermission.checkpoint.protocol.Claiming;
import dev.intermission.checkpoint.protocol.HeadObject;
import dev.intermission.checkpoint.protocol.Rollback;
import dev.intermission.checkpoint.protocol.Seal;
import dev.intermission.checkpoint.s3.Payload;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.s3.S3ObjectStore;
import dev.intermission.checkpoint.save.CheckpointWriter;
import dev.intermission.checkpoint.save.SaveRequest;
import dev.intermission.checkpoint.save.SaveTuning;
import dev.intermission.checkpoint.testing.TestingMinio;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people are told about checkpoints in a real store. */
class CatalogueTest {

  private final Layout layout =
      new Layout("lists", new JobKey("team-a", "digits", UUID.randomUUID().toString()));
  private final S3ObjectStore store = TestingMinio.open();
  private final Catalogue catalogue = new Catalogue(store, layout);
  @TempDir private Path folder;

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void jobThatHasNothingHasAnEmptyList() {
    assertThat(catalogue.list()).isEmpty();
  }

  @Test
  void checkpointsComeNewestFirstWithTheirContents() throws IOException {
    save(save(claim(1), 100), 200);

    var list = catalogue.list();

    assertThat(list).extracting(Entry::step).containsExactly(200L, 100L);
    assertThat(list).extracting(Entry::standing).containsExactly(Standing.NEWEST, Standing.CHAIN);
    assertThat(list.getFirst().content())
        .isInstanceOfSatisfying(
            Content.Readable.class,
            content -> {
              assertThat(content.contains()).containsExactly("model", "rng");
              assertThat(content.objects()).isEqualTo(2);
              assertThat(content.bytes()).isEqualTo("weights of 200".length() + DECLARED.length());
              assertThat(content.finished()).isFalse();
            });
  }

  @Test
  void checkpointsThatARollbackLeftBehindAreOffTheChain() throws IOException {
    var first = save(claim(1), 100);
    save(first, 200);
    var target = first.head().manifest().orElseThrow();
    seal(2, Optional.of(new Rollback("asked", target)));

    assertThat(catalogue.list())
        .extracting(Entry::standing)
        .containsExactly(Standing.OFF_CHAIN, Standing.NEWEST);
  }

  @Test
  void stepThatWasTrainedTwiceIsFoundOnTheChain() throws IOException {
    var first = save(claim(1), 100);
    save(first, 200);
    seal(2, Optional.of(new Rollback("asked", first.head().manifest().orElseThrow())));
    var again = save(claimed(2), 200);

    assertThat(catalogue.find(200).orElseThrow().manifest())
        .isEqualTo(again.head().manifest().map(ManifestRef::name).orElseThrow());
    assertThat(catalogue.find(300)).isEmpty();
  }

  @Test
  void pinsMarksAndQuarantineAreShown() throws IOException {
    var name = save(claim(1), 100).head().manifest().map(ManifestRef::name).orElseThrow();
    create(layout.pin(name, "owner-b"));
    create(layout.pin(name, "owner-a"));
    create(layout.mark(name));
    create(layout.quarantine(name));

    assertThat(catalogue.list().getFirst().notes())
        .isEqualTo(new Entry.Notes(List.of("owner-a", "owner-b"), true, true));
  }

  @Test
  void damagedManifestIsListedAndHidesNoOther() throws IOException {
    var first = save(claim(1), 100);
    save(first, 200);
    var key = layout.manifest(first.head().manifest().orElseThrow().name());
    store.delete(key);
    store.createOnce(key, Payload.Bytes.of("{".getBytes(StandardCharsets.UTF_8)));

    var list = catalogue.list();

    assertThat(list).extracting(Entry::step).containsExactly(200L, 100L);
    assertThat(list.getLast().content())
        .isInstanceOfSatisfying(
            Content.Unreadable.class, content -> assertThat(content.why()).contains("damaged"));
    assertThat(list.getLast().standing()).isEqualTo(Standing.CHAIN);
  }

  @Test
  void checkpointThatHeadNamesIsListedThoughItIsGone() throws IOException {
    var only = save(claim(1), 100).head().manifest().orElseThrow();
    store.delete(layout.manifest(only.name()));

    assertThat(catalogue.list())
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.standing()).isEqualTo(Standing.NEWEST);
              assertThat(entry.content())
                  .isInstanceOfSatisfying(
                      Content.Unreadable.class,
                      content -> assertThat(content.why()).contains("gone", only.name()));
            });
  }

  private static final String DECLARED = "{\"contains\":[\"model\",\"rng\"]}";

  private Claim claim(long run) {
    seal(run, Optional.empty());
    return claimed(run);
  }

  private void seal(long run, Optional<Rollback> rollback) {
    var head = new HeadObject(store, layout).read();
    new Seal(store, layout, RetryBudget.QUICK).seal(head, run, rollback);
  }

  private Claim claimed(long run) {
    var claiming = new Claiming(store, layout, RetryBudget.QUICK);
    return ((ClaimOutcome.Claimed) claiming.claim(run, "pod-" + run, Optional.empty())).claim();
  }

  private Claim save(Claim claim, long step) throws IOException {
    var directory = Files.createDirectories(folder.resolve(claim.token() + "-" + step));
    Files.writeString(directory.resolve("weights"), "weights of " + step);
    Files.writeString(directory.resolve("checkpoint.json"), DECLARED);
    var request = new SaveRequest(step, 0, 1, directory, Optional.empty(), false);
    return new CheckpointWriter(store, layout, SaveTuning.STANDARD, Clock.systemUTC())
        .save(claim, request)
        .claim();
  }

  private void create(String key) {
    store.createOnce(key, Payload.Bytes.of(new byte[0]));
  }
}
