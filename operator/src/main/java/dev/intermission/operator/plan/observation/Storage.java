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
 */
public record Storage(
    Optional<Seen<HeadReading>> head, Optional<Seen<Problem>> problem, Map<String, Check> checks) {

  /** S3 was not asked yet. */
  public static final Storage UNSEEN = new Storage(Optional.empty(), Optional.empty(), Map.of());

  public Storage {
    Objects.requireNonNull(head, "head");
    Objects.requireNonNull(problem, "problem");
    checks = Map.copyOf(checks);
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
   * @param defectiveSince when the first of an unbroken row of defective results was found; absent
   *     when the newest is not defective
   * @param fallback where a rollback would go: the manifest's parent, or the newest older manifest
   *     when the manifest itself cannot be read; present only for a defective one that has such
   */
  public record Check(
      Verification result,
      Instant at,
      Optional<Instant> defectiveSince,
      Optional<ManifestRef> fallback) {}
}
