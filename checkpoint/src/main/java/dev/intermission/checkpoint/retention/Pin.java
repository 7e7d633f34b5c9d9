package dev.intermission.checkpoint.retention;

import java.time.Instant;
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

  /** Whether the owner is this job, under its uid or under one that begins {@code <uid>.}. */
  public boolean isOf(String jobUid) {
    return ownerUid.equals(jobUid) || ownerUid.startsWith(jobUid + ".");
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
