package dev.intermission.checkpoint.retention;

import dev.intermission.checkpoint.layout.JobKey;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * Somebody needs a manifest, and with it its chunks.
 *
 * @param manifest its name
 * @param ownerUid tells pins of the same manifest apart; the owner's {@code metadata.uid}
 * @param owner for people: {@code kind/namespace/name}; empty where the pin does not say
 * @param expiresAt from then on it protects nothing; absent: for as long as the pin is there
 */
public record Pin(String manifest, String ownerUid, String owner, Optional<Instant> expiresAt) {

  /** Of one day, something is left even at its end. */
  private static final int DECISION_DAYS = 2;

  /**
   * A pin for a job, on the day of {@code now}. One that is over cannot be renewed, so each day has
   * an owner of its own; within a day, repeating it makes the same pin.
   *
   * @param days that it lasts, from the beginning of this one (UTC)
   */
  public static Pin forToday(String manifest, JobKey job, String owner, Instant now, int days) {
    var today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    var end = today.plusDays(days).atStartOfDay(ZoneOffset.UTC).toInstant();
    return new Pin(manifest, daily(job.uid()) + today, owner, Optional.of(end));
  }

  /**
   * Keeps one of a job's own manifests while its operator decides to begin from it: for a day at
   * least, two at most. Whatever was decided keeps it by itself from then on.
   */
  public static Pin forADecision(String manifest, JobKey job, Instant now) {
    return forToday(manifest, job, "TrainingJob/" + job.display(), now, DECISION_DAYS);
  }

  /** How the owners of a job's daily pins begin. */
  public static String daily(String jobUid) {
    return jobUid + ".";
  }

  /** Whether the owner is this job, under its uid or by a daily pin. */
  public boolean isOf(String jobUid) {
    return ownerUid.equals(jobUid) || ownerUid.startsWith(daily(jobUid));
  }

  /** Whether it protects its manifest at {@code now}. */
  public boolean protects(Instant now) {
    return expiresAt.filter(end -> !now.isBefore(end)).isEmpty();
  }

  /** How a message calls its owner. */
  public String display() {
    return owner.isEmpty() ? "owner " + ownerUid : owner;
  }
}
