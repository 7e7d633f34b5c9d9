package dev.intermission.checkpoint.save;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.protocol.HeadObject;
import dev.intermission.checkpoint.protocol.Seal;
import dev.intermission.checkpoint.restore.CheckpointReader;
import dev.intermission.checkpoint.restore.Export;
import dev.intermission.checkpoint.s3.ListedObject;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.s3.S3ObjectStore;
import dev.intermission.checkpoint.testing.TestingMinio;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder goes into a real store and comes out of it. */
class ImportTest {

  private final S3ObjectStore store = TestingMinio.open();
  private final String prefix = "imports/" + UUID.randomUUID();
  @TempDir private Path folder;
  private Path directory;

  @BeforeEach
  void fillFolder() throws IOException {
    directory = Files.createDirectories(folder.resolve("mine"));
    Files.createDirectories(directory.resolve("deep er/ü"));
    Files.writeString(directory.resolve("deep er/ü/weights"), "weights");
    Files.createFile(directory.resolve("empty"));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void importedFolderComesOutWithTheSameBytes() throws IOException {
    var imported = into(7);

    var target = folder.resolve("out");
    assertThat(new Export(reader(imported)).export(ref(imported), target)).isEqualTo(7);
    assertThat(target.resolve("deep er/ü/weights")).hasContent("weights");
    assertThat(target.resolve("empty")).isEmptyFile();
    assertThat(imported.step()).isEqualTo(7);
    assertThat(imported.bytes()).isEqualTo(7);
  }

  @Test
  void repeatedImportFindsWhatIsThereAndWritesNothing() {
    var first = into(7);
    var before = keys();

    assertThat(into(7)).isEqualTo(first);
    assertThat(keys()).isEqualTo(before);
  }

  @Test
  void otherBytesAndOtherStepsHavePlacesOfTheirOwn() throws IOException {
    var first = into(7);
    assertThat(place(into(8))).isNotEqualTo(place(first));

    Files.writeString(directory.resolve("deep er/ü/weights"), "WEIGHTS");
    assertThat(place(into(7))).isNotEqualTo(place(first));
  }

  @Test
  void importThatDiedBeforeItsCommitIsCompletedByTheSameImport() {
    var whole = into(7);
    var place = layout(whole);
    keys().stream().filter(key -> key.contains("/manifests/")).forEach(store::delete);
    store.delete(place.head());
    new Seal(store, place, RetryBudget.QUICK).seal(Optional.empty(), 1, Optional.empty());

    var again = into(7);

    assertThat(place(again)).isEqualTo(place(whole));
    assertThat(new HeadObject(store, place).read().orElseThrow().head().step()).isEqualTo(7);
    assertThat(reader(again).read(ref(again)).bytes()).isEqualTo(7);
  }

  @Test
  void folderWithALinkIsRefusedAndNothingIsWritten() throws IOException {
    Files.createSymbolicLink(directory.resolve("link"), directory.resolve("empty"));

    assertThatThrownBy(() -> into(7))
        .isInstanceOf(StoreException.DirectoryRefused.class)
        .hasMessageContaining("link");
    assertThat(keys()).isEmpty();
  }

  private Imported into(long step) {
    return new Import(store, prefix, SaveTuning.STANDARD, Clock.systemUTC())
        .run("team-a", "pretrained", step, directory);
  }

  private List<String> keys() {
    try (var listed = store.list(prefix + "/")) {
      return listed.map(ListedObject::key).toList();
    }
  }

  private static String place(Imported imported) {
    return imported.key().substring(0, imported.key().indexOf("/manifests/"));
  }

  private Layout layout(Imported imported) {
    var place = place(imported);
    var uid = place.substring(place.lastIndexOf('/') + 1);
    return new Layout(prefix, new JobKey("team-a", "pretrained", uid));
  }

  private CheckpointReader reader(Imported imported) {
    return new CheckpointReader(store, layout(imported), RetryBudget.QUICK, Clock.systemUTC());
  }

  private ManifestRef ref(Imported imported) {
    var name = imported.key().substring(imported.key().lastIndexOf('/') + 1);
    return new ManifestStore(store, layout(imported)).locate(name).orElseThrow();
  }
}
