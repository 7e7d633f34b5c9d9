package dev.intermission.checkpoint.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.ClaimOutcome;
import dev.intermission.checkpoint.protocol.Claiming;
import dev.intermission.checkpoint.protocol.Seal;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.s3.S3ObjectStore;
import dev.intermission.checkpoint.save.CheckpointWriter;
import dev.intermission.checkpoint.save.SaveRequest;
import dev.intermission.checkpoint.save.SaveTuning;
import dev.intermission.checkpoint.save.Session;
import dev.intermission.checkpoint.testing.TestingMinio;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.checkpoint.verify.Verification;
import dev.intermission.checkpoint.verify.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gang's checkpoint in a real store, looked at in depth and taken home. */
class ExportTest {

  private final S3ObjectStore store = TestingMinio.open();
  private final Layout layout =
      new Layout("exports", new JobKey("team-a", "digits", UUID.randomUUID().toString()));
  private final CheckpointReader reader =
      new CheckpointReader(store, layout, RetryBudget.QUICK, Clock.systemUTC());
  @TempDir private Path folder;
  private ManifestRef saved;

  @BeforeEach
  void saveGang() throws IOException {
    new Seal(store, layout, RetryBudget.QUICK).seal(Optional.empty(), 1, Optional.empty());
    var outcome =
        new Claiming(store, layout, RetryBudget.QUICK).claim(1, "pod-0", Optional.empty());
    var claim = ((ClaimOutcome.Claimed) outcome).claim();
    var session = new Session(claim.token(), Map.of(0, "pod-0", 1, "pod-1"));
    var writer = new CheckpointWriter(store, layout, SaveTuning.STANDARD, Clock.systemUTC());
    writer.savePart(session, Optional.empty(), request(1));
    saved = writer.save(claim, session, request(0)).manifest();
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void everyRankHasAFolderOfItsOwn() {
    var target = folder.resolve("out");

    assertThat(new Export(reader).export(saved, target)).isEqualTo(14);

    assertThat(target.resolve("rank-0/weights")).hasContent("rank 0 ");
    assertThat(target.resolve("rank-1/weights")).hasContent("rank 1 ");
    assertThat(folder.resolve("out.exporting")).doesNotExist();
  }

  @Test
  void exportIntoAFolderThatHoldsSomethingIsRefused() throws IOException {
    var target = Files.createDirectories(folder.resolve("out"));
    Files.writeString(target.resolve("mine"), "mine");

    assertThatThrownBy(() -> new Export(reader).export(saved, target))
        .isInstanceOf(StoreException.DirectoryRefused.class)
        .hasMessageContaining("not an empty folder");
    assertThat(target.resolve("mine")).hasContent("mine");
    assertThat(folder.resolve("out.exporting")).doesNotExist();
  }

  @Test
  void exportOfADamagedCheckpointLeavesNothing() {
    var chunk = reader.read(saved).parts().getLast().chunks().getFirst();
    store.delete(layout.chunks() + chunk.key());
    var target = folder.resolve("out");

    assertThatThrownBy(() -> new Export(reader).export(saved, target))
        .isInstanceOf(StoreException.Damaged.class)
        .hasMessageContaining(chunk.key());
    assertThat(target).doesNotExist();
    assertThat(folder.resolve("out.exporting")).doesNotExist();
  }

  @Test
  void verificationInDepthTellsHowFarItIs() {
    var heard = new AtomicLong();
    var total = new AtomicLong();
    var verifier = new Verifier(store, layout, RetryBudget.QUICK, Clock.systemUTC());

    var found =
        verifier.verify(
            saved,
            Mode.READ,
            Optional.empty(),
            (bytes, ofBytes) -> {
              heard.addAndGet(bytes);
              total.set(ofBytes);
            });

    assertThat(found).isInstanceOf(Verification.Verified.class);
    assertThat(heard).hasValue(14);
    assertThat(total).hasValue(14);
  }

  private SaveRequest request(int rank) throws IOException {
    var directory = Files.createDirectories(folder.resolve("saved-" + rank));
    Files.writeString(directory.resolve("weights"), "rank " + rank + " ");
    return new SaveRequest(7, rank, 2, directory, Optional.empty(), false);
  }
}
