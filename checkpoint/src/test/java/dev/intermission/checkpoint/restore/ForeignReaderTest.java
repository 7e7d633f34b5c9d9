package dev.intermission.checkpoint.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.protocol.Claim;
import dev.intermission.checkpoint.protocol.Quarantine;
import dev.intermission.checkpoint.save.Cutting;
import dev.intermission.checkpoint.save.Import;
import dev.intermission.checkpoint.save.SaveRequest;
import dev.intermission.checkpoint.save.SaveTuning;
import dev.intermission.checkpoint.save.Session;
import dev.intermission.checkpoint.testing.TestingJob;
import dev.intermission.checkpoint.testing.TestingStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What docs/checkpoint-format.md says is enough to read a checkpoint: docs/examples has a program
 * in another language that knows nothing else, and it reads what we write.
 */
class ForeignReaderTest {

  @TempDir private Path folder;
  private final TestingStore store = new TestingStore();
  private TestingJob job;
  private Claim claim;
  private String output = "";

  @BeforeEach
  void claim() {
    job = new TestingJob(store, store.clock(), folder.resolve("saved"));
    job.seal(Optional.empty(), 1, Optional.empty());
    claim = job.claim(1, "pod-a");
  }

  @Test
  void aJobWithOneWorkerIsReadBitForBit() throws IOException {
    var source = filled("source");
    claim = job.writer(SHARING).save(claim, request(3, source)).claim();

    assertThat(reads(TestingJob.LAYOUT)).as(output).isZero();

    assertThat(files(target())).isEqualTo(files(source));
    assertThat(output).contains("step 3: 7 files");
  }

  @Test
  void eachRankOfAGangHasAFolderOfItsOwn() throws IOException {
    var session = new Session(claim.token(), Map.of(0, "pod-a", 1, "pod-b"));
    var zero = filled("zero");
    var one = filled("one");
    Files.writeString(one.resolve("short"), "of rank 1"); // a path that rank 0 has as well
    var theirs = new SaveRequest(3, 1, 2, one, Optional.empty(), false);
    job.writer(SHARING).savePart(session, Optional.empty(), theirs);
    var ours = new SaveRequest(3, 0, 2, zero, Optional.empty(), false);
    job.writer(SHARING).save(claim, session, ours);

    assertThat(reads(TestingJob.LAYOUT)).as(output).isZero();

    assertThat(files(target().resolve("rank-0"))).isEqualTo(files(zero));
    assertThat(files(target().resolve("rank-1"))).isEqualTo(files(one));
  }

  @Test
  void anImportIsReadBitForBit() throws IOException {
    var source = filled("source");
    var imported =
        new Import(store, "imports", SaveTuning.STANDARD, store.clock())
            .run("team-a", "pretrained", 7, source);
    var uid = imported.key().split("/")[3];

    assertThat(reads(new Layout("imports", new JobKey("team-a", "pretrained", uid)))).isZero();

    assertThat(files(target())).isEqualTo(files(source));
  }

  @Test
  void aQuarantinedCheckpointIsPassedByItsParent() throws IOException {
    claim = job.save(claim, 3, "whole");
    claim = job.save(claim, 4, "damaged");
    var newest = claim.head().manifest().orElseThrow();
    var why = Quarantine.damaged("a chunk is gone", store.clock().instant());
    job.quarantines().add(newest.name(), why);

    assertThat(reads(TestingJob.LAYOUT)).as(output).isZero();

    assertThat(target().resolve("weights")).hasContent("whole");
    assertThat(output).contains("step 3");
  }

  @Test
  void aJobWithoutACheckpointIsToldFromADamagedOne() throws IOException {
    assertThat(reads(TestingJob.LAYOUT)).isEqualTo(1);
    assertThat(output).contains("there is no checkpoint");

    claim = job.save(claim, 3, "weights");
    store.overwrite(chunk("weights"), "WEIGHTS".getBytes(UTF_8));

    assertThat(reads(TestingJob.LAYOUT)).isEqualTo(1);
    assertThat(output).contains("damaged", "nothing was written");
    assertThat(target()).doesNotExist();
  }

  /** Under which a file is cut, others share a chunk, and the last one's chunk is not full. */
  private static final Cutting SHARING = new Cutting(1000, 100);

  private Path filled(String name) throws IOException {
    var source = Files.createDirectories(folder.resolve(name));
    Files.createDirectories(source.resolve("layer 1/ü"));
    Files.writeString(source.resolve("layer 1/ü/weights"), "0123456789".repeat(250));
    Files.writeString(source.resolve("layer 1/bias"), "bias");
    Files.writeString(source.resolve("short"), "short");
    Files.writeString(source.resolve("shorter"), "s");
    Files.writeString(source.resolve("seldom"), "x".repeat(99));
    Files.createFile(source.resolve("empty"));
    Files.writeString(source.resolve("checkpoint.json"), "{\"contains\":[\"model\"]}");
    return source;
  }

  private static SaveRequest request(long step, Path source) {
    return new SaveRequest(step, 0, 1, source, Optional.empty(), false);
  }

  private String chunk(String content) {
    return store.keys().stream()
        .filter(key -> new String(store.bytes(key), UTF_8).equals(content))
        .findFirst()
        .orElseThrow();
  }

  private Path target() {
    return folder.resolve("target");
  }

  /** Runs the program on a copy of the bucket; what it says is in {@link #output}. */
  private int reads(Layout layout) throws IOException {
    var copy = folder.resolve("bucket");
    for (var key : store.keys()) {
      Files.createDirectories(copy.resolve(key).getParent());
      Files.write(copy.resolve(key), store.bytes(key));
    }
    var program = root().resolve("docs/examples/read_checkpoint.py").toString();
    var job = copy.resolve(layout.root()).toString();
    var reader = new ProcessBuilder("python3", program, job, target().toString());
    var process = reader.redirectErrorStream(true).start();
    output = new String(process.getInputStream().readAllBytes(), UTF_8);
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  private static Map<String, String> files(Path of) throws IOException {
    var files = new TreeMap<String, String>();
    try (var walk = Files.walk(of)) {
      for (var file : walk.filter(Files::isRegularFile).toList()) {
        files.put(of.relativize(file).toString(), Files.readString(file));
      }
    }
    return files;
  }

  private static Path root() {
    var root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("docs/checkpoint-format.md"))) root = root.getParent();
    return root;
  }
}
