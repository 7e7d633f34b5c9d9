package dev.intermission.checkpoint.testing;

import dev.intermission.checkpoint.layout.FencingToken;
import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.Claim;
import dev.intermission.checkpoint.protocol.ClaimOutcome;
import dev.intermission.checkpoint.protocol.Claiming;
import dev.intermission.checkpoint.protocol.HeadObject;
import dev.intermission.checkpoint.protocol.HeadSnapshot;
import dev.intermission.checkpoint.protocol.Quarantines;
import dev.intermission.checkpoint.protocol.Rollback;
import dev.intermission.checkpoint.protocol.Seal;
import dev.intermission.checkpoint.protocol.SealOutcome;
import dev.intermission.checkpoint.protocol.Unhold;
import dev.intermission.checkpoint.retention.Retreat;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.save.CheckpointWriter;
import dev.intermission.checkpoint.save.Cutting;
import dev.intermission.checkpoint.save.SaveRequest;
import dev.intermission.checkpoint.save.SaveTuning;
import dev.intermission.checkpoint.verify.Fallback;
import dev.intermission.checkpoint.verify.Mode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * One job over a store, with budgets that never wait: the words that the protocol's tests are
 * written in.
 */
public record TestingJob(ObjectStore store, Clock clock, Path folder) {

  public static final Layout LAYOUT = new Layout("", new JobKey("team-a", "digits", "uid-1"));
  public static final Duration GRACE = Duration.ofHours(24);

  /** Five attempts, no waiting. */
  public static final RetryBudget BUDGET =
      new RetryBudget(5, Duration.ofMillis(1), Duration.ofMillis(1), _ -> true);

  public Optional<HeadSnapshot> head() {
    return new HeadObject(store, LAYOUT).read();
  }

  public SealOutcome seal(long run) {
    return seal(head(), run, Optional.empty());
  }

  public SealOutcome seal(Optional<HeadSnapshot> from, long run, Optional<Rollback> rollback) {
    return new Seal(store, LAYOUT, BUDGET).seal(from, run, rollback);
  }

  /** Where to go from the quarantined checkpoint that {@code from} names. */
  Optional<ManifestRef> wayBack(HeadSnapshot from) {
    var quarantined = from.head().manifest().orElseThrow();
    return new Fallback(store, LAYOUT, BUDGET, clock).from(quarantined, Mode.READ).to();
  }

  /** The same, and there. */
  public Optional<SealOutcome> leave(HeadSnapshot from, long run) {
    return wayBack(from).map(to -> new Retreat(store, LAYOUT, BUDGET, clock).leave(from, run, to));
  }

  public Quarantines quarantines() {
    return new Quarantines(store, LAYOUT, BUDGET);
  }

  public ClaimOutcome tryClaim(long run, String pod, Optional<FencingToken> remembered) {
    return new Claiming(store, LAYOUT, BUDGET).claim(run, pod, remembered);
  }

  public Claim claim(long run, String pod) {
    return ((ClaimOutcome.Claimed) tryClaim(run, pod, Optional.empty())).claim();
  }

  public Unhold unhold() {
    return new Unhold(store, LAYOUT, BUDGET);
  }

  /** Every file has chunks of its own, of 1000 bytes. */
  public CheckpointWriter writer() {
    return writer(Cutting.apart(1000));
  }

  public CheckpointWriter writer(Cutting cutting) {
    return new CheckpointWriter(
        store, LAYOUT, new SaveTuning(cutting, 1, GRACE, BUDGET, BUDGET), clock);
  }

  /** Saves a step whose files have the content {@code text}. */
  public Claim save(Claim claim, long step, String text) {
    return writer().save(claim, request(step, text)).claim();
  }

  public SaveRequest request(long step, String text) {
    try {
      var directory = Files.createDirectories(folder.resolve("step-" + step));
      Files.writeString(directory.resolve("weights"), text);
      Files.writeString(directory.resolve("frozen"), "never changes");
      return new SaveRequest(step, 0, 1, directory, Optional.empty(), false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
