package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

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
    return with(
        draft -> {
          draft.requestId = nextRequestId;
          draft.step = nextStep;
          draft.attempt = attempt + 1;
          draft.attemptedAt = at;
          draft.retryAt = Optional.empty();
          draft.forgetProof();
        });
  }

  /** This attempt failed and training goes on: nothing that it had proven still counts. */
  public PauseStatus withRetry(Problem why, Instant when) {
    return with(
        draft -> {
          draft.retryAt = Optional.of(when);
          draft.problem = Optional.of(why);
          draft.forgetProof();
        });
  }

  public PauseStatus withSavedAt(Instant value) {
    return with(draft -> draft.savedAt = Optional.of(value));
  }

  public PauseStatus withReceipt(Receipt value) {
    return with(draft -> draft.receipt = Optional.of(value));
  }

  /** The ETag of the HEAD that the receipt was verified against. */
  public PauseStatus withVerifiedHead(String etag) {
    return with(draft -> draft.verifiedHead = Optional.of(etag));
  }

  /** The receipt once compute is gone; what it says about the checkpoint is unchanged. */
  public PauseStatus withComputeReleasedAt(Instant at) {
    return with(draft -> draft.receipt = receipt.map(known -> known.withComputeReleasedAt(at)));
  }

  /** The same attempt under a later id: the deadline stays where it was. */
  public PauseStatus reasked(long nextRequestId, Optional<Long> nextStep, Optional<Problem> why) {
    return with(
        draft -> {
          draft.requestId = nextRequestId;
          draft.step = nextStep;
          draft.retryAt = Optional.empty();
          draft.problem = why.or(() -> problem);
          draft.forgetProof();
        });
  }

  /** Training goes on, nothing was released: only the id is kept, since ids must grow. */
  public PauseStatus withdrawn() {
    return with(
        draft -> {
          draft.step = Optional.empty();
          draft.retryAt = Optional.empty();
          draft.problem = Optional.empty();
          draft.forgetProof();
          draft.heldAt = Optional.empty();
        });
  }

  public PauseStatus withSealedRun(long value) {
    return with(draft -> draft.sealedRun = Optional.of(value));
  }

  /** The trainers hold in place since {@code at}. */
  public PauseStatus withHeldAt(Instant at) {
    return with(draft -> draft.heldAt = Optional.of(at));
  }

  /** The hold in place is over: sealing and releasing begin at {@code at}, with all their time. */
  public PauseStatus releasing(Instant at) {
    return with(draft -> draft.attemptedAt = at);
  }

  private PauseStatus with(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return draft.done();
  }

  /** The fields of a pause while some of them change. */
  private static final class Draft {
    private long requestId;
    private Instant requestedAt;
    private Optional<Long> step;
    private int attempt;
    private Instant attemptedAt;
    private Optional<Instant> retryAt;
    private Optional<Problem> problem;
    private Optional<Instant> savedAt;
    private Optional<Receipt> receipt;
    private Optional<Long> sealedRun;
    private Optional<String> verifiedHead;
    private Optional<Instant> heldAt;

    Draft(PauseStatus from) {
      requestId = from.requestId;
      requestedAt = from.requestedAt;
      step = from.step;
      attempt = from.attempt;
      attemptedAt = from.attemptedAt;
      retryAt = from.retryAt;
      problem = from.problem;
      savedAt = from.savedAt;
      receipt = from.receipt;
      sealedRun = from.sealedRun;
      verifiedHead = from.verifiedHead;
      heldAt = from.heldAt;
    }

    /** What an attempt had saved and proven does not count for another one. */
    void forgetProof() {
      savedAt = Optional.empty();
      receipt = Optional.empty();
      sealedRun = Optional.empty();
      verifiedHead = Optional.empty();
    }

    PauseStatus done() {
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
          heldAt);
    }
  }
}
