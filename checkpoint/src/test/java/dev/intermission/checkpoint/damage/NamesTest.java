package dev.intermission.checkpoint.damage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.s3.S3ObjectStore;
import dev.intermission.checkpoint.testing.TestingMinio;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.checkpoint.verify.Verification.Verified;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and kinds of files, on their way into a real store and back. */
class NamesTest {

  private static final List<String> NAMES =
      List.of(
          "with spaces ",
          " ",
          "n\u00e4me composed",
          "na\u0308me decomposed",
          "\uD83D\uDE00 emoji",
          "\u4e2d\u6587/\u0440\u0443\u0441\u0441\u043a\u0438\u0439",
          "line\nbreak",
          "tab\tand \"quotes\" and \\backslash",
          "Weights",
          "weights",
          "-rf",
          "...",
          ".hidden",
          "%2e%2e",
          "x".repeat(255),
          "deep/" + "d/".repeat(100) + "file",
          "checkpoint.json.bak");

  @TempDir Path folder;
  private S3ObjectStore store;
  private DamagedJob job;
  private Path source;
  private Path target;

  @BeforeEach
  void begin() throws IOException {
    store = TestingMinio.open();
    job = new DamagedJob(store, folder);
    job.begin();
    source = Files.createDirectories(folder.resolve("checkpoints/5"));
    target = folder.resolve("resume");
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void everyNameThatAFileCanHaveComesBack() throws IOException {
    for (var name : NAMES) {
      var file = source.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "content of " + name);
    }
    var saved = job.saveInFull(5, source);
    job.restore(saved, target);
    for (var name : NAMES) assertThat(target.resolve(name)).hasContent("content of " + name);
    assertThat(files(target)).isEqualTo(NAMES.size());
  }

  @Test
  void anEmptyCheckpointAndEmptyFilesComeBack() throws IOException {
    var nothing = job.saveInFull(5, source);
    assertThat(job.verify(nothing, Mode.READ))
        .isInstanceOfSatisfying(Verified.class, v -> assertThat(v.objects()).isEqualTo(1));
    job.restore(nothing, target);
    assertThat(target).isEmptyDirectory();

    Files.createFile(source.resolve("empty"));
    var another = folder.resolve("another");
    job.restore(job.saveInFull(6, source), another);
    assertThat(another.resolve("empty")).isEmptyFile();
  }

  @ParameterizedTest
  @ValueSource(strings = {"to a file", "to a folder", "to nothing", "to itself"})
  void aSymbolicLinkIsRefusedByName(String to) throws IOException {
    var link = source.resolve("link");
    Files.writeString(folder.resolve("secret"), "x");
    switch (to) {
      case "to a file" -> Files.createSymbolicLink(link, folder.resolve("secret"));
      case "to a folder" -> Files.createSymbolicLink(link, folder);
      case "to nothing" -> Files.createSymbolicLink(link, folder.resolve("nothing"));
      default -> Files.createSymbolicLink(link, link);
    }
    refuses("link is a symbolic link");
  }

  @Test
  void aStepThatIsItselfALinkIsRefused() throws IOException {
    var real = Files.createDirectories(folder.resolve("real"));
    Files.writeString(real.resolve("weights"), "x");
    Files.delete(source);
    Files.createSymbolicLink(source, real);
    refuses("5 is a symbolic link");
  }

  @Test
  void aPipeIsRefusedAndNotWaitedFor() throws Exception {
    var pipe = source.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    refuses("pipe is neither a file nor a folder");
  }

  @Test
  void aNameThatIsNotUtf8IsRefusedInsteadOfComingBackAsAnother() throws Exception {
    var shell =
        new ProcessBuilder("sh", "-c", "touch \"$(printf 'bad\\377name')\"")
            .directory(source.toFile())
            .start();
    assertThat(shell.waitFor()).isZero();
    refuses("has a name that is not UTF-8");
  }

  @Test
  void aDeclarationThatIsNoJsonOrTooLongIsRefused() throws IOException {
    Files.writeString(source.resolve("checkpoint.json"), "{\"contains\":");
    refuses("checkpoint.json is not JSON");
    Files.writeString(source.resolve("checkpoint.json"), "\"" + "x".repeat(2 << 20) + "\"");
    refuses("checkpoint.json has more than 1048576 bytes");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "climbs out | ../escaped",
        "climbs out later | a/../../escaped",
        "is absolute | /tmp/escaped",
        "goes through a link in its place | link/escaped",
      })
  void nothingIsWrittenOutsideWhenAPath(String what, String path) throws IOException {
    Files.writeString(source.resolve("weights"), "x");
    var saved = job.saveInFull(5, source);
    var outside = Files.createDirectories(folder.resolve("outside"));
    var leftover = Files.createDirectories(folder.resolve("resume.restoring"));
    Files.createSymbolicLink(leftover.resolve("link"), outside);
    var evil = job.forge(saved, text -> text.replace("\"weights\"", "\"" + path + "\""));
    if (path.startsWith("link/")) {
      job.restore(evil, target);
      assertThat(target.resolve("link")).isDirectory();
      assertThat(Files.isSymbolicLink(target.resolve("link"))).isFalse();
    } else {
      assertThatThrownBy(() -> job.restore(evil, target))
          .isInstanceOf(StoreException.Damaged.class)
          .hasMessageContaining("leaves its directory");
      assertThat(target).doesNotExist();
    }
    assertThat(outside).isEmptyDirectory();
    assertThat(folder.resolve("escaped")).doesNotExist();
    assertThat(Path.of("/tmp/escaped")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"outside", "nothing"})
  void aPlaceThatIsALinkIsNotRestoredInto(String to) throws IOException {
    var saved = saved();
    var outside = Files.createDirectories(folder.resolve("outside"));
    Files.createSymbolicLink(target, folder.resolve(to));
    assertThatThrownBy(() -> job.restore(saved, target))
        .isInstanceOf(StoreException.DirectoryRefused.class)
        .hasMessageContaining("is not a folder");
    assertThat(outside).isEmptyDirectory();
    assertThat(Files.isSymbolicLink(target)).as("not touched").isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"outside", "nothing"})
  void aLinkWhereTheRestoreBuildsIsRemovedAndNotFollowed(String to) throws IOException {
    var saved = saved();
    var outside = Files.createDirectories(folder.resolve("outside"));
    Files.createSymbolicLink(folder.resolve("resume.restoring"), folder.resolve(to));
    job.restore(saved, target);
    assertThat(target.resolve("weights")).hasContent("x");
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void aNameThatTheFileSystemCannotHoldIsNamedAndNothingIsLeft() throws IOException {
    var saved = saved();
    var long300 = "y".repeat(300);
    var foreign = job.forge(saved, text -> text.replace("\"weights\"", "\"" + long300 + "\""));
    assertThatThrownBy(() -> job.restore(foreign, target))
        .isInstanceOf(StoreException.DirectoryRefused.class)
        .hasMessageContaining(long300)
        .hasMessageContaining("too long for this file system");
    assertThat(target).doesNotExist();
    assertThat(folder.resolve("resume.restoring")).doesNotExist();
  }

  private ManifestRef saved() throws IOException {
    Files.writeString(source.resolve("weights"), "x");
    return job.saveInFull(5, source);
  }

  private void refuses(String because) {
    var before = job.head();
    assertThatThrownBy(() -> job.saveInFull(5, source))
        .isInstanceOf(StoreException.DirectoryRefused.class)
        .hasMessageContaining(because)
        .hasMessageContaining("Nothing was committed");
    assertThat(job.head()).isEqualTo(before);
  }

  private static long files(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile).count();
    }
  }
}
