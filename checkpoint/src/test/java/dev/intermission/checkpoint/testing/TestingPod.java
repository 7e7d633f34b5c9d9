package dev.intermission.checkpoint.testing;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.FencingToken;
import dev.intermission.checkpoint.protocol.Claim;
import dev.intermission.checkpoint.protocol.ClaimOutcome;
import dev.intermission.checkpoint.protocol.UnholdOutcome;
import dev.intermission.checkpoint.s3.ObjectStore;
import java.util.Optional;

/**
 * A pod with its trainer and agent: claims once, then trains, saves and holds, step after step, as
 * the agent's own loops do.
 */
public final class TestingPod implements Program {

  /** How often a process asks again before it gives up and is started anew. */
  private static final int PATIENCE = 3;

  private final TestingWorld world;
  private final long run;
  private final String uid;
  private final long goal;
  private Optional<FencingToken> token = Optional.empty();
  private boolean fenced;

  /**
   * @param goal trains until HEAD has this step
   */
  public TestingPod(TestingWorld world, long run, String uid, long goal) {
    this.world = world;
    this.run = run;
    this.uid = uid;
    this.goal = goal;
  }

  @Override
  public String name() {
    return uid + " of run " + run;
  }

  @Override
  public boolean run(ObjectStore store) {
    if (fenced) return true;
    var job = world.job(store);
    try {
      var claim = claimed(job);
      return claim.isPresent() && trained(job, claim.get());
    } catch (StoreException.Fenced e) {
      fenced = true;
      return true;
    }
  }

  public boolean isFenced() {
    return fenced;
  }

  private Optional<Claim> claimed(TestingJob job) {
    switch (job.tryClaim(run, uid, token)) {
      case ClaimOutcome.Claimed(var claim) -> {
        token = Optional.of(claim.token());
        return Optional.of(claim);
      }
      case ClaimOutcome.FencedOut _ -> fenced = true;
      case ClaimOutcome.NotSealedYet _, ClaimOutcome.Undecided _ -> {}
    }
    return Optional.empty();
  }

  private boolean trained(TestingJob job, Claim claim) {
    for (var failures = 0; failures < PATIENCE; ) {
      try {
        if (claim.head().step() >= goal) return true;
        claim = saved(job, claim);
        if (claim.head().step() % 2 == 0) claim = wentOn(job, claim);
      } catch (StoreException.Fenced e) {
        throw e;
      } catch (StoreException e) { // open or refused: asks again with what it has in memory
        failures++;
      }
    }
    return false;
  }

  private Claim saved(TestingJob job, Claim claim) {
    var saved =
        job.writer(TestingTrainer.CUTTING)
            .save(claim, world.trainer().step(claim.head().step() + 1));
    world.witness().acknowledged(saved.manifest());
    return saved.claim();
  }

  /** Ends a hold; a trainer whose HEAD was sealed meanwhile stays held and ends with its pod. */
  private Claim wentOn(TestingJob job, Claim claim) {
    return switch (job.unhold().raise(claim)) {
      case UnholdOutcome.Raised(var next) -> next;
      case UnholdOutcome.SealedMeanwhile _ -> throw new StoreException.Fenced("sealed while held");
      case UnholdOutcome.Undecided(var why) -> throw new StoreException.CommitUndecided(why);
    };
  }
}
