package dev.intermission.operator.plan.observation;

import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.HeadSnapshot;
import dev.intermission.checkpoint.verify.Verification;
import dev.intermission.control.Problem;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What S3 said last, to this process.
 *
 * @param head the newest HEAD: read, or the result of a seal ({@code Sealed} and {@code Overtaken}
 *     both show it)
 * @param problem the last call, if it failed: bucket missing, access denied, no answer, a seal
 *     whose outcome is undecided; absent after a call that worked. Its message names the field and
 *     the remedy
 * @param checks what verification found, by manifest name
 * @param sought what came of looking for the newest {@code spec.resumeFrom}
 */
public record Storage(
    Optional<Seen<HeadReading>> head,
    Optional<Seen<Problem>> problem,
    Map<String, Check> checks,
    Upkeep upkeep,
    Optional<Sought> sought) {

  /** S3 was not asked yet. */
  public static final Storage UNSEEN =
      new Storage(Optional.empty(), Optional.empty(), Map.of(), Upkeep.NONE, Optional.empty());

  public Storage {
    Objects.requireNonNull(upkeep, "upkeep");
    Objects.requireNonNull(sought, "sought");
    Objects.requireNonNull(head, "head");
    Objects.requireNonNull(problem, "problem");
    checks = Map.copyOf(checks);
  }

  /** The same with another last problem. */
  public Storage withProblem(Optional<Seen<Problem>> other) {
    return new Storage(head, other, checks, upkeep, sought);
  }

  public Storage withHead(Seen<HeadReading> reading) {
    return new Storage(Optional.of(reading), problem, checks, upkeep, sought);
  }

  public Storage withChecks(Map<String, Check> other) {
    return new Storage(head, problem, other, upkeep, sought);
  }

  public Storage withUpkeep(Upkeep other) {
    return new Storage(head, problem, checks, other, sought);
  }

  public Storage withSought(Sought other) {
    return new Storage(head, problem, checks, upkeep, Optional.of(other));
  }

  /** The verification of this manifest, if there was one. */
  public Optional<Check> check(ManifestRef manifest) {
    return Optional.ofNullable(checks.get(manifest.name()));
  }

  /**
   * @param snapshot absent when HEAD does not exist
   * @param manifestsExist whether anything lies under {@code manifests/}; looked at only when HEAD
   *     does not exist: then it must not
   */
  public record HeadReading(Optional<HeadSnapshot> snapshot, boolean manifestsExist) {}

  /**
   * @param result the newest one
   * @param at when that verification began
   * @param defectiveSince when the first of an unbroken row of looks began that found it defective
   *     and the same way back; absent when the newest is not defective
   * @param fallback where a damaged HEAD would go: the newest ancestor that was verified, past
   *     quarantined and damaged ones; present only for a defective one that has such
   */
  public record Check(
      Verification result,
      Instant at,
      Optional<Instant> defectiveSince,
      Optional<ManifestRef> fallback) {

    /** The reason of a {@link Verification.Defective} that nothing may resume from any more. */
    public static final String QUARANTINED = "Quarantined";

    /** What the store's own note says, before anybody looked closer; no way back is known yet. */
    public static Check quarantined(String message, Instant at) {
      var found = new Verification.Defective(message, QUARANTINED);
      return new Check(found, at, Optional.of(at), Optional.empty());
    }

    /** It was whole, and is about to be deleted or gone: nothing may go back to it. */
    public static Check going(String why, Instant at) {
      var found = new Verification.Defective(why, "CheckpointExpired");
      return new Check(found, at, Optional.of(at), Optional.empty());
    }

    /** Whether it cannot be restored as it is. */
    public boolean defective() {
      return result instanceof Verification.Defective;
    }

    /** Whether that is on record in the store, for everybody. */
    public boolean quarantined() {
      return result instanceof Verification.Defective(_, var reason) && reason.equals(QUARANTINED);
    }

    /** The same finding, on record in the store. */
    public Check withQuarantine(String message) {
      var known = new Verification.Defective(message, QUARANTINED);
      return new Check(known, at, defectiveSince.or(() -> Optional.of(at)), fallback);
    }
  }
}
