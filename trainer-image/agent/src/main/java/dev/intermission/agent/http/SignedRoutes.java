package dev.intermission.agent.http;

import dev.intermission.agent.config.Self;
import dev.intermission.agent.state.Facts;
import dev.intermission.agent.state.SaveView;
import dev.intermission.agent.state.StatusView;
import dev.intermission.agent.state.Tenure;
import dev.intermission.agent.work.Board;
import dev.intermission.agent.work.Enrolling;
import dev.intermission.agent.work.Requests;
import dev.intermission.control.AgentPaths;
import dev.intermission.control.ContinueCommand;
import dev.intermission.control.ControlJson;
import dev.intermission.control.MalformedMessage;
import dev.intermission.control.RequestVerifier.Accepted;
import dev.intermission.control.Roster;
import dev.intermission.control.SaveAnswer;
import dev.intermission.control.SaveCommand;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the operator asks. Every signed request renews the hold's lease. */
final class SignedRoutes {

  private static final Pattern CHECKPOINT =
      Pattern.compile(AgentPaths.CHECKPOINTS + "/([0-9]{1,18})(/continue)?");
  private static final Pattern WAIT = Pattern.compile("([0-9]{1,3})s");
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final Self self;
  private final Board board;
  private final Requests requests;
  private final Enrolling enrolling;

  SignedRoutes(Self self, Board board, Requests requests, Enrolling enrolling) {
    this.self = self;
    this.board = board;
    this.requests = requests;
    this.enrolling = enrolling;
  }

  Reply answer(Incoming request, Accepted signed) throws InterruptedException {
    requests.heard();
    try {
      return route(request, signed);
    } catch (MalformedMessage e) {
      return Reply.problem(400, "Malformed", e.getMessage());
    }
  }

  private Reply route(Incoming request, Accepted signed) throws InterruptedException {
    var call = request.method() + " " + request.path();
    if (call.equals("GET " + AgentPaths.STATUS)) return status(signed);
    if (call.equals("POST " + AgentPaths.CHECKPOINTS)) return save(request, signed);
    if (call.equals("POST " + AgentPaths.ROSTER)) return enrol(request, signed);
    var match = CHECKPOINT.matcher(request.path());
    if (!match.matches()) return Reply.notFound("no such call: " + call);
    var id = Long.parseLong(match.group(1));
    if (id != signed.id()) return mismatch(id, signed);
    var continues = match.group(2) != null;
    if (request.method().equals("GET") && !continues) return look(request, signed);
    if (request.method().equals("POST") && continues) return letGo(request, signed);
    return Reply.problem(405, "WrongMethod", "no such call: " + call);
  }

  private Reply status(Accepted signed) {
    var by = new StatusView.Signature(self.podUid(), signed.nonce(), self.run(), self.rank());
    return Reply.json(200, StatusView.of(board.facts(), by));
  }

  private Reply enrol(Incoming request, Accepted signed) {
    return enrolling
        .take(ControlJson.decode(request.body(), Roster.class))
        .map(why -> Reply.problem(409, why.reason(), why.message()))
        .orElseGet(() -> status(signed));
  }

  private Reply save(Incoming request, Accepted signed) {
    var command = ControlJson.decode(request.body(), SaveCommand.class);
    if (command.id() != signed.id()) return mismatch(command.id(), signed);
    requests.take(command);
    var facts = board.facts();
    return answer(facts, signed, SaveView.of(facts, command));
  }

  /** Answers at once when nothing can change by itself, otherwise with the first change. */
  private Reply look(Incoming request, Accepted signed) throws InterruptedException {
    var wait = request.parameter("wait").flatMap(SignedRoutes::duration).orElse(Duration.ZERO);
    var first = SaveView.of(board.facts(), signed.id());
    if (first.isPresent() && !wait.isZero()) {
      board.await(facts -> worthTelling(facts, signed.id(), first.get()), wait);
      requests.heard(); // the operator waited all the time
    }
    return view(board.facts(), signed);
  }

  /** Waits for the raise of HEAD: only then the trainer is told. */
  private Reply letGo(Incoming request, Accepted signed) throws InterruptedException {
    var command = ControlJson.decode(request.body(), ContinueCommand.class);
    if (command.id() != signed.id()) return mismatch(command.id(), signed);
    requests.letGo(command);
    board.await(facts -> gone(facts, signed.id()), LONGEST_WAIT.dividedBy(3));
    return view(board.facts(), signed);
  }

  private Reply view(Facts facts, Accepted signed) {
    return answer(facts, signed, SaveView.of(facts, signed.id()));
  }

  private Reply answer(Facts facts, Accepted signed, Optional<SaveView> seen) {
    return seen.map(
            view ->
                Reply.json(
                    200,
                    new SaveAnswer(
                        self.podUid(),
                        signed.nonce(),
                        signed.id(),
                        view.state(),
                        view.step(),
                        view.manifest(),
                        facts.tenure().seq(),
                        view.problem())))
        .orElseGet(
            () ->
                Reply.notFound(
                    "this pod never heard of request " + signed.id() + "; POST it (again)"));
  }

  private static Optional<SaveView> worthTelling(Facts facts, long id, SaveView told) {
    return SaveView.of(facts, id).filter(view -> view.settled(facts) || !view.equals(told));
  }

  private static Optional<SaveView> gone(Facts facts, long id) {
    return SaveView.of(facts, id)
        .filter(
            view ->
                switch (view.state()) {
                  case CONTINUED, SUPERSEDED, FENCED -> true;
                  case PENDING, ARMED, SAVING, UPLOADING, HELD, DURABLE, MISSED, FAILED ->
                      facts.tenure().standing() != Tenure.Standing.OPEN;
                });
  }

  private static Optional<Duration> duration(String text) {
    var match = WAIT.matcher(text);
    if (!match.matches()) return Optional.empty();
    var wait = Duration.ofSeconds(Long.parseLong(match.group(1)));
    return Optional.of(wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
  }

  private static Reply mismatch(long id, Accepted signed) {
    return Reply.problem(
        400, "IdMismatch", "the request is about id " + id + " but signed for " + signed.id());
  }
}
