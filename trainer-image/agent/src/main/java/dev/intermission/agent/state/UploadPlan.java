package dev.intermission.agent.state;

import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which folder is saved next: the one that a request waits for, otherwise the newest. An older
 * periodic save that was still queued is dropped, and nothing is saved that HEAD is already past.
 */
public final class UploadPlan {

  private UploadPlan() {}

  /** The next save, if there is anything to save and this pod may. */
  public static Optional<Upload> next(Facts facts) {
    if (!facts.mayWrite()) return Optional.empty();
    return candidates(facts)
        .max(
            Comparator.<Upload, Boolean>comparing(upload -> isWaitedFor(facts, upload))
                .thenComparing(Upload::step));
  }

  /** The step whose chunks may be sent before it is complete, while there is nothing to save. */
  public static Optional<Unfinished> early(Facts facts) {
    if (!facts.mayWrite()) return Optional.empty();
    var durable = facts.uploads().durable().map(Durable::step).orElse(-1L);
    return facts.seen().unfinished().filter(being -> being.step() > durable);
  }

  /**
   * Whether the save in flight gives way: pause beats periodic; and in a gang the newest step beats
   * an older one, since a rank that lacks the older one would be waited for in vain.
   */
  public static boolean abandonsTheOneInFlight(Facts facts) {
    var running = facts.uploads().inFlight();
    var next = next(facts);
    if (running.isEmpty() || next.isEmpty() || next.get().step() == running.get().step())
      return false;
    if (isWaitedFor(facts, running.get())) return false;
    var newer = facts.tenure().together() && next.get().step() > running.get().step();
    return newer || isWaitedFor(facts, next.get());
  }

  /** The request that a manifest of this folder must carry, if any. */
  static Optional<Long> requestOf(Facts facts, Folder folder) {
    var declared =
        folder.claims().requestId().filter(id -> id <= facts.asked().newestId()); // not a drain's
    return Stream.of(declared, heldRequest(facts, folder.step()), askedStep(facts, folder.step()))
        .flatMap(Optional::stream)
        .max(Comparator.naturalOrder());
  }

  private static Stream<Upload> candidates(Facts facts) {
    var folders = facts.seen().folders().values().stream();
    return Stream.concat(folders, heldBeforeTheFirstStep(facts).stream())
        .map(folder -> new Upload(folder, requestOf(facts, folder)))
        .filter(upload -> adds(facts, upload));
  }

  /**
   * A trainer that is held before it trained anything saves nothing: what it resumed from is its
   * state.
   */
  private static Optional<Folder> heldBeforeTheFirstStep(Facts facts) {
    return facts
        .seen()
        .resume()
        .filter(resume -> !facts.seen().folders().containsKey(resume.step()))
        .filter(resume -> heldRequest(facts, resume.step()).isPresent());
  }

  /** Whether the save would tell HEAD something new. */
  private static boolean adds(Facts facts, Upload upload) {
    var durable = facts.uploads().durable();
    if (durable.isEmpty() || upload.step() > durable.get().step()) return true;
    if (upload.step() < durable.get().step()) return false;
    var newest = durable.get();
    var request = upload.requestId().filter(id -> id > newest.requestId().orElse(0L));
    var finishes = upload.folder().claims().finished() && !newest.finished();
    var replaced =
        newest.folder().filter(made -> !made.equals(upload.folder().identity())).isPresent();
    return request.isPresent() || finishes || replaced;
  }

  /**
   * Whether a request waits for it. Not one that was taken back: trainers that went on wait for
   * their newer saves. Nor in a gang whose trainers do not wait: there a rank may have passed the
   * step that the others saved, and then their newer ones are what comes about.
   */
  private static boolean isWaitedFor(Facts facts, Upload upload) {
    return facts
        .asked()
        .ask()
        .filter(Ask::byOperator)
        .filter(ask -> ask.release() == Ask.Release.NONE)
        .filter(ask -> ask.hold() || !facts.tenure().together())
        .filter(ask -> upload.requestId().filter(id -> id == ask.id()).isPresent())
        .isPresent();
  }

  private static Optional<Long> heldRequest(Facts facts, long step) {
    return operatorsAsk(facts)
        .filter(ask -> facts.seen().holds(ask.id()))
        .filter(_ -> facts.seen().progress().filter(at -> at.step() == step).isPresent())
        .map(Ask::id);
  }

  private static Optional<Long> askedStep(Facts facts, long step) {
    return operatorsAsk(facts)
        .filter(ask -> ask.at().filter(at -> at == step).isPresent())
        .map(Ask::id);
  }

  private static Optional<Ask> operatorsAsk(Facts facts) {
    return facts.asked().ask().filter(Ask::byOperator);
  }
}
