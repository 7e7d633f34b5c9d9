package dev.intermission.checkpoint.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.FencingToken;
import dev.intermission.checkpoint.layout.Sha256;
import dev.intermission.checkpoint.layout.Sum;
import dev.intermission.checkpoint.manifest.ChunkRef;
import dev.intermission.checkpoint.manifest.FileEntry;
import dev.intermission.checkpoint.manifest.Manifest;
import dev.intermission.checkpoint.manifest.ManifestCodec;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.manifest.Part;
import dev.intermission.checkpoint.testing.TestingJob;
import dev.intermission.checkpoint.testing.TestingStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A writer that cuts elsewhere than ours: the end of one file and the start of another share. */
class ForeignCutTest {

  private static final FencingToken TOKEN = new FencingToken(1, 2);
  private static final String RUN = "0123456789" + "abcd" + "ABCDEF" + "tail";

  @TempDir Path folder;
  private final TestingStore store = new TestingStore();

  @Test
  void comesBackWhole() {
    restore(written("0123456789"));

    assertThat(target().resolve("ten")).hasContent("0123456789");
    assertThat(target().resolve("in/none")).isEmptyFile();
    assertThat(target().resolve("in/four")).hasContent("abcd");
    assertThat(target().resolve("six")).hasContent("ABCDEF");
    assertThat(target().resolve("tail")).hasContent("tail");
  }

  /** The sum of a file that lies in several chunks is not looked at: theirs are. */
  @Test
  void comesBackWholeAlsoWhereASumIsOfNoChunk() {
    restore(written("another"));

    assertThat(target().resolve("ten")).hasContent("0123456789");
  }

  @Test
  void namesTheFileThatIsDamaged() {
    var ref = written("0123456789");
    var key = TestingJob.LAYOUT.chunks() + chunk(4, 12).key();
    var bytes = store.bytes(key);
    bytes[7] ^= 1; // of "abcd"
    store.overwrite(key, bytes);

    assertThatThrownBy(() -> restore(ref))
        .isInstanceOf(StoreException.Damaged.class)
        .hasMessageContaining("\"ten\", \"in/four\", \"six\"; damaged: \"in/four\".");
    assertThat(target()).doesNotExist();
  }

  @Test
  void leavesNoFileOpen() throws IOException {
    restore(written("0123456789"));

    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      assertThat(open.filter(Files::isSymbolicLink).map(ForeignCutTest::target))
          .noneMatch(path -> path.startsWith(folder.toString()));
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return ""; // closed meanwhile
    }
  }

  private Path target() {
    return folder.resolve("resume");
  }

  private void restore(ManifestRef ref) {
    new CheckpointReader(store, TestingJob.LAYOUT, TestingJob.BUDGET, store.clock())
        .restore(ref, 0, target());
  }

  /**
   * Chunks of 4, 12 and 8 bytes.
   *
   * @param ten what the sum of the file "ten" is of
   */
  private ManifestRef written(String ten) {
    var files =
        List.of(
            file("ten", 10, ten),
            new FileEntry("in/none", 0, Optional.empty()),
            file("in/four", 4, "abcd"),
            file("six", 6, "ABCDEF"),
            file("tail", 4, "tail"));
    var chunks = List.of(chunk(0, 4), chunk(4, 12), chunk(16, 8));
    var part = new Part(0, "pod", files, chunks, JsonNodeFactory.instance.objectNode());
    var manifest =
        new Manifest(
            Manifest.FORMAT,
            TestingJob.LAYOUT.job(),
            1,
            TOKEN,
            Optional.empty(),
            false,
            1,
            Optional.empty(),
            Instant.EPOCH,
            List.of(part));
    var bytes = ManifestCodec.encode(manifest);
    var ref = ManifestRef.of(1, TOKEN, Sha256.hex(bytes));
    store.overwrite(TestingJob.LAYOUT.manifest(ref.name()), bytes);
    return ref;
  }

  private static FileEntry file(String path, long bytes, String content) {
    return new FileEntry(path, bytes, Optional.of(Sum.of(Sha256.hex(content.getBytes(UTF_8)))));
  }

  /** Puts some bytes of the run into the store. */
  private ChunkRef chunk(int begin, int length) {
    var bytes = RUN.substring(begin, begin + length).getBytes(UTF_8);
    var key = TestingJob.LAYOUT.chunk(Sha256.hex(bytes), 1, TOKEN);
    if (!store.has(key)) store.overwrite(key, bytes);
    return new ChunkRef(
        key.substring(TestingJob.LAYOUT.chunks().length()), Sha256.hex(bytes), length);
  }
}
