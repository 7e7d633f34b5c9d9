package dev.intermission.sdk.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFoldersTest {

  @TempDir Path root;
  private CheckpointFolders folders;

  @BeforeEach
  void openTheDirectory() {
    folders = new SharedDirectory(root).checkpoints();
  }

  @Test
  void aFolderIsNotThereBeforeItsCommit() throws IOException {
    Files.writeString(folders.begin(7).resolve("model"), "weights");
    assertThat(folders.complete()).isEmpty();

    folders.commit(7);

    assertThat(folders.complete()).containsOnlyKeys(7L);
    assertThat(folders.folder(7).resolve("model")).hasContent("weights");
  }

  @Test
  void whatAnInterruptedSaveLeftIsNotMixedIntoTheNextOne() throws IOException {
    Files.writeString(folders.begin(7).resolve("old"), "torn");

    Files.writeString(folders.begin(7).resolve("model"), "weights");
    folders.commit(7);

    assertThat(folders.folder(7)).isDirectoryNotContaining("glob:**old");
  }

  @Test
  void tornAndForeignFoldersAreNotCheckpoints() throws IOException {
    folders.begin(7);
    Files.createDirectories(folders.root().resolve("best"));
    Files.writeString(folders.root().resolve("8"), "a file");

    assertThat(folders.complete()).isEmpty();
    assertThat(folders.newest()).isEmpty();
  }

  @Test
  void tornFoldersAreDiscardedAndCompleteOnesStay() {
    folders.begin(6);
    folders.commit(6);
    folders.begin(7);

    folders.discardTorn();

    assertThat(folders.root()).isDirectoryNotContaining("glob:**.tmp");
    assertThat(folders.newest()).contains(6L);
  }

  @Test
  void theSameStepSavedAgainReplacesTheFolder() throws IOException {
    Files.writeString(folders.begin(7).resolve("model"), "first");
    folders.commit(7);

    Files.writeString(folders.begin(7).resolve("model"), "second");
    folders.commit(7);

    assertThat(folders.folder(7).resolve("model")).hasContent("second");
    assertThat(folders.root()).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void olderFoldersAreDeletedByNumberNotByName() {
    for (var step : new long[] {9, 10, 100}) {
      folders.begin(step);
      folders.commit(step);
    }

    folders.deleteOlderThan(100);

    assertThat(folders.complete()).containsOnlyKeys(100L);
  }
}
