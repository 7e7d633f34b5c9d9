package dev.intermission.checkpoint.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.protocol.ClaimOutcome;
import dev.intermission.checkpoint.protocol.Claiming;
import dev.intermission.checkpoint.protocol.Seal;
import dev.intermission.checkpoint.protocol.SealOutcome;
import dev.intermission.checkpoint.restore.CheckpointReader;
import dev.intermission.checkpoint.save.CheckpointWriter;
import dev.intermission.checkpoint.save.SaveRequest;
import dev.intermission.checkpoint.save.SaveTuning;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.checkpoint.verify.Verification;
import dev.intermission.checkpoint.verify.Verifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way of a checkpoint against a real server. */
interface RoundTripContract {

  ObjectStore store();

  Dialect dialect();

  @Test
  default void sealClaimSaveVerifyAndRestoreWork(@TempDir Path folder) throws Exception {
    var layout = new Layout("some/prefix", new JobKey("team-a", "digits", newUid()));
    var source = Files.createDirectories(folder.resolve("checkpoints/7"));
    var weights = new byte[150 << 20];
    new Random(1).nextBytes(weights);
    Files.write(source.resolve("weights.bin"), weights);
    Files.createDirectories(source.resolve("nested folder/ü"));
    Files.writeString(source.resolve("nested folder/ü/näme with spaces"), "hello");
    Files.createFile(source.resolve("empty"));
    Files.writeString(source.resolve("checkpoint.json"), "{\"contains\":[\"model\",\"rng\"]}");
    var seal = new Seal(store(), layout, RetryBudget.QUICK);
    assertThat(seal.seal(Optional.empty(), 1, Optional.empty()))
        .isInstanceOf(SealOutcome.Sealed.class);
    var claiming = new Claiming(store(), layout, RetryBudget.QUICK);
    var claim = ((ClaimOutcome.Claimed) claiming.claim(1, "pod-a", Optional.empty())).claim();
    var writer = new CheckpointWriter(store(), layout, SaveTuning.STANDARD, Clock.systemUTC());
    var request = new SaveRequest(7, 0, 1, source, Optional.of(3L), false);

    var saved = writer.save(claim, request);

    assertThat(saved.objects()).isEqualTo(5);
    assertThat(saved.sentBytes()).isEqualTo(saved.bytes());
    var verified =
        new Verifier(store(), layout, RetryBudget.QUICK, Clock.systemUTC())
            .verify(saved.manifest(), Mode.ATTESTED, Optional.empty());
    assertThat(verified)
        .isInstanceOfSatisfying(
            Verification.Verified.class,
            v -> {
              assertThat(v.how()).isEqualTo(dialect().verifiedBy());
              assertThat(v.manifest().contains()).containsExactly("model", "rng");
              assertThat(v.manifest().requestId()).contains(3L);
            });
    var target = folder.resolve("resume");
    var reader = new CheckpointReader(store(), layout, RetryBudget.QUICK, Clock.systemUTC());
    reader.restore(saved.manifest(), 0, target);
    assertThat(Files.mismatch(source.resolve("weights.bin"), target.resolve("weights.bin")))
        .isEqualTo(-1);
    assertThat(target.resolve("nested folder/ü/näme with spaces")).hasContent("hello");
    assertThat(target.resolve("empty")).isEmptyFile();
    assertThat(folder.resolve("resume.restoring")).doesNotExist();

    var again =
        writer.save(saved.claim(), new SaveRequest(8, 0, 1, source, Optional.empty(), true));
    assertThat(again.sentBytes()).isZero();
    assertThat(again.claim().head().step()).isEqualTo(8);
  }

  private static String newUid() {
    return UUID.randomUUID().toString();
  }
}
