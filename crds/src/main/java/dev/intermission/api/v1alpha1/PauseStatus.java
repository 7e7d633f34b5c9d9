package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;
import java.util.Optional;

/**
 * The newest pause. Each fact is recorded before the next one is acted upon: requested, saved,
 * receipt (verified), held in place if that is wanted, sealed, released.
 */
public record PauseStatus(
    @JsonPropertyDescription(
            "The number of the save request; it only grows over the life of the job.")
        long requestId,
    @JsonPropertyDescription("When spec.paused was seen.") Instant requestedAt,
    @JsonPropertyDescription(
            "The step at which all workers are asked to save; absent for a single worker, which"
                + " saves at its next one.")
        Optional<Long> step,
    @JsonPropertyDescription("Which attempt at saving this is, counted from 1.") int attempt,
    @JsonPropertyDescription("When this attempt began.") Instant attemptedAt,
    @JsonPropertyDescription(
            "When the next attempt begins, while training goes on after a failed one.")
        Optional<Instant> retryAt,
    @JsonPropertyDescription("What went wrong in the last failed attempt.")
        Optional<Problem> problem,
    @JsonPropertyDescription("When the checkpoint was committed to the store.")
        Optional<Instant> savedAt,
    @JsonPropertyDescription(
            "What was saved and how it was verified; recorded before anything is deleted.")
        Optional<Receipt> receipt,
    @JsonPropertyDescription(
            "The run number to which the store was sealed: after this no pod can commit any more.")
        Optional<Long> sealedRun,
    @JsonPropertyDescription(
            "The ETag of the HEAD that was verified: the seal must find exactly this one, else"
                + " training went on meanwhile.")
        Optional<String> verifiedHead,
    @JsonPropertyDescription(
            "When the trainers came to hold in place, for a pause with release: false; their pods"
                + " are kept from then on for spec.pause.holdLimit.")
        Optional<Instant> heldAt) {

  public PauseStatus {
    verifiedHead = Absent.ifNull(verifiedHead);
    step = Absent.ifNull(step);
    retryAt = Absent.ifNull(retryAt);
    problem = Absent.ifNull(problem);
    savedAt = Absent.ifNull(savedAt);
    receipt = Absent.ifNull(receipt);
    sealedRun = Absent.ifNull(sealedRun);
    heldAt = Absent.ifNull(heldAt);
  }

  /** A pause that was just asked for: first attempt, nothing saved. */
  public static PauseStatus requested(long requestId, Optional<Long> step, Instant at) {
    return new PauseStatus(
        requestId,
        at,
        step,
        1,
        at,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The same pause, asked for again under a later id; what went wrong stays readable. */
  public PauseStatus again(long nextRequestId, Optional<Long> nextStep, Instant at) {
    return new PauseStatus(
        nextRequestId,
        requestedAt,
        nextStep,
        attempt + 1,
        at,
        Optional.empty(),
        problem,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        heldAt);
  }

  /** This attempt failed and training goes on: nothing that it had proven still counts. */
  public PauseStatus withRetry(Problem why, Instant when) {
    return new PauseStatus(
        requestId,
        requestedAt,
        step,
        attempt,
        attemptedAt,
        Optional.of(when),
        Optional.of(why),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        heldAt);
  }

  public PauseStatus withSavedAt(Instant value) {
    return new PauseStatus(
        requestId,
        requestedAt,
        step,
        attempt,
        attemptedAt,
        retryAt,
        problem,
        Optional.of(value),
        receipt,
        sealedRun,
        verifiedHead,
        heldAt);
  }

  public PauseStatus withReceipt(Receipt value) {
    return new PauseStatus(
        requestId,
        requestedAt,
        step,
        attempt,
        attemptedAt,
        retryAt,
        problem,
        savedAt,
        Optional.of(value),
        sealedRun,
        verifiedHead,
        heldAt);
  }

  /** The ETag of the HEAD that the receipt was verified against. */
  public PauseStatus withVerifiedHead(String etag) {
    return new PauseStatus(
        requestId,
        requestedAt,
        step,
        attempt,
        attemptedAt,
        retryAt,
        problem,
        savedAt,
        receipt,
        sealedRun,
        Optional.of(etag),
        heldAt);
  }

  /** The receipt once compute is gone; what it says about the checkpoint is unchanged. */
  public PauseStatus withComputeReleasedAt(Instant at) {
    return new PauseStatus(
        requestId,
        requestedAt,
        step,
        attempt,
        attemptedAt,
        retryAt,
        problem,
        savedAt,
        receipt.map(known -> known.withComputeReleasedAt(at)),
        sealedRun,
        verifiedHead,
        heldAt);
  }

  /** The same attempt under a later id: the deadline stays where it was. */
  public PauseStatus reasked(long nextRequestId, Optional<Long> nextStep, Optional<Problem> why) {
    return new PauseStatus(
        nextRequestId,
        requestedAt,
        nextStep,
        attempt,
        attemptedAt,
        Optional.empty(),
        why.or(() -> problem),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        heldAt);
  }

  /** Training goes on, nothing was released: only the id is kept, since ids must grow. */
  public PauseStatus withdrawn() {
    return new PauseStatus(
        requestId,
        requestedAt,
        Optional.empty(),
        attempt,
        attemptedAt,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  public PauseStatus withSealedRun(long value) {
    return new PauseStatus(
        requestId,
        requestedAt,
        step,
        attempt,
        attemptedAt,
        retryAt,
        problem,
        savedAt,
        receipt,
        Optional.of(value),
        verifiedHead,
        heldAt);
  }

  /** The trainers hold in place since {@code at}. */
  public PauseStatus withHeldAt(Instant at) {
    return new PauseStatus(
        requestId,
        requestedAt,
        step,
        attempt,
        attemptedAt,
        retryAt,
        problem,
        savedAt,
        receipt,
        sealedRun,
        verifiedHead,
        Optional.of(at));
  }

  /** The hold in place is over: sealing and releasing begin at {@code at}, with all their time. */
  public PauseStatus releasing(Instant at) {
    return new PauseStatus(
        requestId,
        requestedAt,
        step,
        attempt,
        at,
        retryAt,
        problem,
        savedAt,
        receipt,
        sealedRun,
        verifiedHead,
        heldAt);
  }
}
