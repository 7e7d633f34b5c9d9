package dev.intermission.checkpoint.testing;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.FencingToken;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.Claim;
import dev.intermission.checkpoint.protocol.ClaimOutcome;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.save.Session;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One incarnation of a gang of two: rank 0 claims, which opens the session; the operator sends the
 * roster to both; each saves its part of a step, and rank 0 commits for both.
 */
public final class TestingGang {

  private static final int SIZE = 2;
  private static final int PATIENCE = 3;

  private final TestingWorld world;
  private final long run;
  private final String name;
  private final long goal;
  private Optional<FencingToken> token = Optional.empty();
  private Optional<Asked> asked = Optional.empty();
  private boolean fenced;

  /** What the operator tells every rank: the roster, the step to save and what HEAD names. */
  private record Asked(Session session, long step, Optional<ManifestRef> parent) {}

  public TestingGang(TestingWorld world, long run, String name, long goal) {
    this.world = world;
    this.run = run;
    this.name = name;
    this.goal = goal;
  }

  /** Its processes, by rank. */
  public List<Program> ranks() {
    return List.of(new Rank0(), new Rank1());
  }

  private String pod(int rank) {
    return name + "-" + rank;
  }

  private final class Rank0 implements Program {

    @Override
    public String name() {
      return pod(0);
    }

    @Override
    public boolean run(ObjectStore store) {
      if (fenced) return true;
      var job = world.job(store);
      switch (job.tryClaim(run, pod(0), token)) {
        case ClaimOutcome.Claimed(var claim) -> {
          token = Optional.of(claim.token());
          return saved(job, claim);
        }
        case ClaimOutcome.FencedOut _ -> fenced = true;
        case ClaimOutcome.NotSealedYet _, ClaimOutcome.Undecided _ -> {}
      }
      return fenced;
    }

    /** Everybody is asked before rank 0 saves itself. */
    private boolean saved(TestingJob job, Claim claim) {
      for (var failures = 0; failures < PATIENCE; ) {
        if (claim.head().step() >= goal) return true;
        if (asks(claim)) return false;
        try {
          claim = saved(job, claim, claim.head().step() + 1);
        } catch (StoreException.Fenced e) {
          fenced = true;
          return true;
        } catch (StoreException e) { // a part that is not there yet, or an open outcome
          failures++;
        }
      }
      return false;
    }

    private boolean asks(Claim claim) {
      var session = new Session(claim.token(), Map.of(0, pod(0), 1, pod(1)));
      var next = new Asked(session, claim.head().step() + 1, claim.head().manifest());
      if (asked.equals(Optional.of(next))) return false;
      asked = Optional.of(next);
      return true;
    }

    private Claim saved(TestingJob job, Claim claim, long step) {
      var session = asked.orElseThrow().session();
      var saved =
          job.writer(TestingTrainer.CUTTING)
              .save(claim, session, world.trainer().step(step, 0, SIZE));
      world.witness().acknowledged(saved.manifest());
      return saved.claim();
    }
  }

  private final class Rank1 implements Program {

    private long done = -1;

    @Override
    public String name() {
      return pod(1);
    }

    @Override
    public boolean run(ObjectStore store) {
      if (done >= goal) return true;
      if (asked.isEmpty() || asked.get().step() <= done) return false;
      var now = asked.get();
      var request = world.trainer().step(now.step(), 1, SIZE);
      world
          .job(store)
          .writer(TestingTrainer.CUTTING)
          .savePart(now.session(), now.parent(), request);
      done = now.step();
      return done >= goal;
    }
  }
}
