package dev.intermission.checkpoint.save;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.testing.Fault;
import dev.intermission.checkpoint.testing.ProcessDied;
import dev.intermission.checkpoint.testing.TestingJob;
import dev.intermission.checkpoint.testing.TestingStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An import is cut at every call, and a day later somebody imports the same folder again. */
class ImportCrashTest {

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

  @Test
  void folderThatChangesMeanwhileIsNotTakenForWhatItWas() {
    var store = new TestingStore().before(1, this::changeWithinTheSameLength);

    assertThatThrownBy(() -> into(store))
        .isInstanceOf(StoreException.DirectoryTorn.class)
        .hasMessageContaining("import again");
  }

  private void changeWithinTheSameLength() {
    try {
      Files.writeString(folder.resolve("optimizer"), "MOMENTS");
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
    var tuning =
        new SaveTuning(
            Cutting.apart(1000), 1, TestingJob.GRACE, TestingJob.BUDGET, TestingJob.BUDGET);
    return new Import(store, "imports", tuning, store.clock())
        .run("team-a", "pretrained", 7, folder);
  }

  private static TreeSet<String> checkpoint(TestingStore store, Imported imported) {
    var place = imported.key().substring(0, imported.key().indexOf("/manifests/"));
    var uid = place.substring(place.lastIndexOf('/') + 1);
    var layout = new Layout("imports", new JobKey("team-a", "pretrained", uid));
    var keys = new TreeSet<String>();
    keys.add(layout.head());
    keys.add(imported.key());
    var name = imported.key().substring(layout.manifests().length());
    new ManifestStore(store, layout)
        .find(name)
        .orElseThrow()
        .chunks()
        .forEach(chunk -> keys.add(layout.chunks() + chunk.key()));
    return keys;
  }
}
