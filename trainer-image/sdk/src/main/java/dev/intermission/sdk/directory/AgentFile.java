package dev.intermission.sdk.directory;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Optional;

/**
 * {@code agent.json}: what the agent of this pod did. It outlives the agent's process, so the token
 * and the verdict in it are the pod's.
 *
 * @param restored {@code none}, or the step whose files are complete in {@code resume/}; absent
 *     while the restore is under way
 * @param durableStep newest step of this pod that is committed to the store
 * @param token the fencing token of this pod's claim
 * @param fenced another pod took over; saves of this one are refused for good
 * @param newestRequestId highest checkpoint request this pod has heard of
 * @param roster the one session of a gang that this pod accepted
 */
public record AgentFile(
    Optional<String> restored,
    Optional<Long> durableStep,
    Optional<TokenFile> token,
    boolean fenced,
    long newestRequestId,
    Optional<RosterFile> roster) {

  public static final String NOTHING_TO_RESTORE = "none";

  /** An agent that has just begun. */
  public static AgentFile starting() {
    return new AgentFile(
        Optional.empty(), Optional.empty(), Optional.empty(), false, 0, Optional.empty());
  }

  /**
   * Whether the trainer may look into {@code resume/} now (and finds nothing there after {@code
   * none}).
   */
  @JsonIgnore
  public boolean isRestoreOver() {
    return restored.isPresent();
  }

  /** The step to continue from, once the restore is over. */
  public Optional<Long> restoredStep() {
    return restored.filter(step -> !step.equals(NOTHING_TO_RESTORE)).map(Long::valueOf);
  }

  public AgentFile withRestored(Optional<Long> step) {
    return new AgentFile(
        Optional.of(step.map(String::valueOf).orElse(NOTHING_TO_RESTORE)),
        durableStep,
        token,
        fenced,
        newestRequestId,
        roster);
  }

  public AgentFile withDurableStep(long step) {
    return new AgentFile(restored, Optional.of(step), token, fenced, newestRequestId, roster);
  }

  public AgentFile withToken(TokenFile claimed) {
    return new AgentFile(
        restored, durableStep, Optional.of(claimed), fenced, newestRequestId, roster);
  }

  public AgentFile asFenced() {
    return new AgentFile(restored, durableStep, token, true, newestRequestId, roster);
  }

  public AgentFile withNewestRequestId(long id) {
    return new AgentFile(
        restored, durableStep, token, fenced, Math.max(id, newestRequestId), roster);
  }

  public AgentFile withRoster(RosterFile accepted) {
    return new AgentFile(
        restored, durableStep, token, fenced, newestRequestId, Optional.of(accepted));
  }

  /**
   * A gang's session.
   *
   * @param token of rank 0's claim
   * @param restore what all ranks restore; absent at the beginning of a job
   * @param pods uids in the order of the ranks
   */
  public record RosterFile(TokenFile token, Optional<ManifestFile> restore, List<String> pods) {}

  /** Name and sum of a manifest. */
  public record ManifestFile(String name, String sha256) {}

  /** The two numbers of a fencing token. */
  public record TokenFile(long run, long writerEpoch) {}
}
