package dev.intermission.checkpoint.save;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.protocol.ClaimOutcome;
import dev.intermission.checkpoint.protocol.Claiming;
import dev.intermission.checkpoint.protocol.Seal;
import dev.intermission.checkpoint.testing.Fault;
import dev.intermission.checkpoint.testing.ProcessDied;
import dev.intermission.checkpoint.testing.TestingJob;
import dev.intermission.checkpoint.testing.TestingStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An import is cut at every call, and a day later somebody imports the same folder again. */
class ImportCrashTest {

  private static final SaveTuning TUNING =
      new SaveTuning(
          Cutting.apart(1000), 1, TestingJob.GRACE, TestingJob.BUDGET, TestingJob.BUDGET);

  @TempDir private Path folder;

  @BeforeEach
  void fillFolder() throws IOException {
    Files.writeString(folder.resolve("weights"), "weights");
    Files.writeString(folder.resolve("optimizer"), "moments");
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void sameImportAgainIsWholeAndWhatTheFirstOneLeftGoes(Fault fault) {
    for (var call = 0; call < calls(); call++) {
      var store = new TestingStore().fail(call, fault);
      tried(store);
      store.heal();
      store.advance(Duration.ofHours(25));

      var imported = into(store);

      assertThat(imported.bytes()).isEqualTo(14);
      for (var week = 0; week < 3; week++) {
        store.advance(Duration.ofDays(8));
        assertThat(into(store)).isEqualTo(imported);
      }
      assertThat(new TreeSet<>(store.keys()))
          .as("what is left when call %d suffered %s", call, fault)
          .isEqualTo(checkpoint(store, imported));
    }
  }

  /** Its address is in somebody's spec.resumeFrom: no version may find another one. */
  @Test
  void placeOfAFolderIsTheSameInEveryVersion() {
    assertThat(into(new TestingStore()).key())
        .startsWith("imports/team-a/pretrained/import-ae990f72167dfaef7174e7b4d2fab5b4/manifests/");
  }

  @Test
  void folderThatChangesMeanwhileIsNotCommittedAndItsFirstContentCanStillBeImported()
      throws IOException {
    for (var call = 0; call < calls(); call++) {
      var store = new TestingStore().before(call, () -> write("MOMENTS"));
      try {
        into(store);
      } catch (StoreException.DirectoryTorn e) {
        assertThat(e).hasMessageContaining("Nothing was committed").hasMessageContaining("again");
        assertThat(store.keys()).as("call %d", call).noneMatch(key -> key.contains("/manifests/"));
      } // else it changed behind the last look at it
      write("moments");

      var imported = into(store);

      assertThat(bytes(store, imported)).as("call %d", call).contains("moments", "weights");
    }
  }

  @Test
  void folderThatChangesForAMomentIsNotTakenForWhatItIs() {
    for (var call = 0; call < calls(); call++) {
      var store =
          new TestingStore()
              .before(call, () -> write("MOMENTS"))
              .before(call + 1, () -> write("moments"));
      try {
        assertThat(bytes(store, into(store))).as("call %d", call).contains("moments");
      } catch (StoreException.DirectoryTorn e) {
        // nothing was promised
      }
      write("moments");
      assertThat(bytes(store, into(store))).as("after call %d", call).contains("moments");
    }
  }

  /** Of an earlier version, which looked only behind its commit. */
  @Test
  void whatIsThereAndIsNotWhatTheFolderHoldsIsNamedAndNotPromised() {
    var imported = into(new TestingStore());
    var layout = layout(imported);
    var store = new TestingStore();
    write("MOMENTS");
    new Seal(store, layout, TestingJob.BUDGET).seal(Optional.empty(), 1, Optional.empty());
    var claiming = new Claiming(store, layout, TestingJob.BUDGET);
    var claim = ((ClaimOutcome.Claimed) claiming.claim(1, "import", Optional.empty())).claim();
    new CheckpointWriter(store, layout, TUNING, store.clock())
        .save(claim, new SaveRequest(7, 0, 1, folder, Optional.empty(), false));
    write("moments");

    assertThatThrownBy(() -> into(store))
        .isInstanceOf(StoreException.DirectoryTorn.class)
        .hasMessageContaining("Delete what lies below " + layout.root());
  }

  private void write(String moments) {
    try {
      Files.writeString(folder.resolve("optimizer"), moments);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Somebody who may write but not list or delete. */
  @Test
  void importIsWholeThoughNothingMayBeSwept() {
    var store = new TestingStore();
    var imported = into(store);
    store.fail(1, Fault.DENY); // behind HEAD: the first look of the sweep

    assertThat(into(store)).isEqualTo(imported);
  }

  private int calls() {
    var store = new TestingStore();
    into(store);
    return store.calls();
  }

  private void tried(TestingStore store) {
    try {
      into(store);
    } catch (ProcessDied | StoreException e) {
      // somebody imports it again
    }
  }

  private Imported into(TestingStore store) {
    return new Import(store, "imports", TUNING, store.clock())
        .run("team-a", "pretrained", 7, folder);
  }

  private static TreeSet<String> checkpoint(TestingStore store, Imported imported) {
    var keys = chunks(store, imported);
    keys.add(layout(imported).head());
    keys.add(imported.key());
    return keys;
  }

  private static List<String> bytes(TestingStore store, Imported imported) {
    return chunks(store, imported).stream()
        .map(key -> new String(store.bytes(key), StandardCharsets.UTF_8))
        .toList();
  }

  private static TreeSet<String> chunks(TestingStore store, Imported imported) {
    var layout = layout(imported);
    var name = imported.key().substring(layout.manifests().length());
    var keys = new TreeSet<String>();
    new ManifestStore(store, layout)
        .find(name)
        .orElseThrow()
        .chunks()
        .forEach(chunk -> keys.add(layout.chunks() + chunk.key()));
    return keys;
  }

  private static Layout layout(Imported imported) {
    var place = imported.key().substring(0, imported.key().indexOf("/manifests/"));
    var uid = place.substring(place.lastIndexOf('/') + 1);
    return new Layout("imports", new JobKey("team-a", "pretrained", uid));
  }
}
