package dev.intermission.agent.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PrintTest {

  @TempDir Path root;

  @Test
  void contentThatChangedUnderItsOldLengthAndTimeIsSeen() throws IOException {
    var file = Files.write(root.resolve("weights"), new byte[] {1});
    var then = Files.getLastModifiedTime(file);
    var before = Print.of(file).orElseThrow();
    TestingFiles.afterTheTickOf(file);

    Files.write(file, new byte[] {2});
    Files.setLastModifiedTime(file, then); // as tools that copy do

    assertThat(Print.of(file).orElseThrow().sum()).isNotEqualTo(before.sum());
  }

  @Test
  void whatHasNoContentYetIsNothing() throws IOException {
    var folder = Files.createDirectory(root.resolve("checkpoint-5"));
    assertThat(Print.of(folder)).as("a folder that waits for its files").isEmpty();

    Files.createFile(folder.resolve("weights"));

    assertThat(Print.of(folder)).as("a file that waits for its content").isEmpty();
  }

  @Test
  void aFolderIsNotRenamedBecauseAFileInItWasTouchedLast() throws IOException {
    var folder = Files.createDirectory(root.resolve("checkpoint-5"));
    var file = Files.write(folder.resolve("weights"), new byte[1]);
    TestingFiles.afterTheTickOf(file);

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

    assertThat(Print.of(folder).orElseThrow().renamed()).isFalse();
  }
}
