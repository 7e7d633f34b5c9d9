package dev.intermission.checkpoint.protocol;

import dev.intermission.checkpoint.layout.FencingToken;
import dev.intermission.checkpoint.layout.SaveId;
import dev.intermission.checkpoint.manifest.ManifestRef;
import java.util.Optional;

/**
 * HEAD: who may write, and which checkpoint is newest. No two HEADs of a job have equal bytes,
 * since its numbers and, within one token, the checkpoints only move on; so that an ETag that is a
 * sum of the content names one HEAD.
 *
 * @param run the run that it was last sealed for
 * @param writerEpoch grows by every seal and claim; with {@code run} the fencing token
 * @param seq grows by every un-hold
 * @param pod uid of the pod that claimed it; absent while sealed and unclaimed
 * @param manifest the newest checkpoint; absent before the first
 * @param rolledBack id of the last explicit rollback applied
 */
public record Head(
    long run,
    long writerEpoch,
    long seq,
    Optional<String> pod,
    Optional<ManifestRef> manifest,
    Optional<String> rolledBack) {

  /** Before the first seal: what a job without HEAD has. Never written. */
  public static final Head NONE =
      new Head(0, 0, 0, Optional.empty(), Optional.empty(), Optional.empty());

  /** The token that whoever holds this HEAD writes under. */
  public FencingToken token() {
    return new FencingToken(run, writerEpoch);
  }

  /** Step of the newest checkpoint; -1 before the first. */
  public long step() {
    return manifest.map(ManifestRef::step).orElse(-1L);
  }

  /** Whether this HEAD is the claim of that pod in that run. */
  public boolean isClaimOf(long run, String podUid) {
    return this.run == run && pod.filter(podUid::equals).isPresent();
  }

  /**
   * Whether a save may still be committed: what it wrote is no orphan then, however old it is. Once
   * false it stays false, since tokens only grow and, under one token, steps do; so that who
   * deletes because of it may stall for as long as it likes.
   */
  public boolean isOpenTo(SaveId save) {
    var order = save.token().compareTo(token());
    return order > 0 || order == 0 && save.step() >= step();
  }

  /** The seal: for {@code run}, claimed by nobody. */
  Head sealedFor(long run) {
    return new Head(run, writerEpoch + 1, seq, Optional.empty(), manifest, rolledBack);
  }

  /** The seal that also applies an explicit rollback, on record. */
  Head rolledBackTo(Rollback rollback) {
    return new Head(
        run, writerEpoch, seq, pod, Optional.of(rollback.to()), Optional.of(rollback.id()));
  }

  /** The seal that goes past a quarantined checkpoint: no rollback that anybody asked for. */
  Head leftFor(ManifestRef older) {
    return new Head(run, writerEpoch, seq, pod, Optional.of(older), rolledBack);
  }

  /** The claim: the same checkpoint, a new token, one pod. */
  Head claimedBy(String podUid) {
    return new Head(run, writerEpoch + 1, seq, Optional.of(podUid), manifest, rolledBack);
  }

  /** The commit: the same token, the next checkpoint. */
  Head pointingTo(ManifestRef next) {
    return new Head(run, writerEpoch, seq, pod, Optional.of(next), rolledBack);
  }

  /** The un-hold: nothing but {@code seq} changes, so that a gang's session survives it. */
  Head raised() {
    return new Head(run, writerEpoch, seq + 1, pod, manifest, rolledBack);
  }
}
