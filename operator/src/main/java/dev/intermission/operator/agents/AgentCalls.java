package dev.intermission.operator.agents;

import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.control.ContinueCommand;
import dev.intermission.control.Problem;
import dev.intermission.control.Roster;
import dev.intermission.control.SaveAnswer;
import dev.intermission.control.SaveCommand;
import dev.intermission.operator.metrics.OperatorMetrics;
import dev.intermission.operator.plan.observation.Seen;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Talks to agents beside the reconciles: each call returns at once, its answer lands in {@link
 * AgentReports} and wakes the job. A call that is still in flight is not made twice.
 */
public final class AgentCalls {
  private static final Logger log = LoggerFactory.getLogger(AgentCalls.class);

  /** Less than the agent's longest wait, and far less than any hold lease. */
  private static final Duration LONG_POLL = Duration.ofSeconds(25);

  private final AgentClient client;
  private final AgentReports reports;
  private final Doorbell doorbell;
  private final Clock clock;
  private final OperatorMetrics metrics;
  private final Set<Call> inFlight = ConcurrentHashMap.newKeySet();

  /**
   * How an answer comes back.
   *
   * @param stillThere whether the pod with that uid still has that IP: else the answer is not used
   * @param wake lets the job be reconciled
   */
  public record Doorbell(Predicate<Target> stillThere, Consumer<JobKey> wake) {}

  /** Nothing is asked before the first call. */
  public AgentCalls(
      AgentClient client,
      AgentReports reports,
      Doorbell doorbell,
      Clock clock,
      OperatorMetrics metrics) {
    this.client = client;
    this.reports = reports;
    this.doorbell = doorbell;
    this.clock = clock;
    this.metrics = metrics;
  }

  /** Asks how the worker is. */
  public void status(Target target) {
    call(
        new Call(target.podUid(), "status"),
        target,
        client::status,
        seen -> reports.status(target.podUid(), seen));
  }

  /** Tells the worker of a gang which session it belongs to. */
  public void enrol(Target target, Roster roster) {
    call(
        new Call(target.podUid(), "enrol"),
        target,
        t -> client.enrol(t, roster),
        seen -> reports.status(target.podUid(), seen));
  }

  /** Asks for a save. */
  public void ask(Target target, SaveCommand command) {
    save("ask " + command, target, t -> client.ask(t, command));
  }

  /** Waits for the save's next state. */
  public void await(Target target, long id) {
    save("await " + id, target, t -> client.await(t, id, LONG_POLL));
  }

  /** Ends the hold of this save; training goes on from memory. */
  public void letGoOn(Target target, ContinueCommand command) {
    save("continue " + command, target, t -> client.letGoOn(t, command));
  }

  private void save(String what, Target target, Function<Target, SaveAnswer> question) {
    call(
        new Call(target.podUid(), what),
        target,
        question,
        seen -> reports.save(target.podUid(), seen));
  }

  private <T> void call(
      Call call, Target target, Function<Target, T> question, Consumer<Seen<T>> keep) {
    if (!inFlight.add(call)) {
      return;
    }
    Thread.ofVirtual()
        .name(call.what() + " " + target.podName())
        .start(
            () -> {
              try {
                answer(target, question, keep);
              } finally {
                inFlight.remove(call); // before the wake: the next pass may ask again
                doorbell.wake().accept(target.job());
              }
            });
  }

  private <T> void answer(Target target, Function<Target, T> question, Consumer<Seen<T>> keep) {
    var asked = clock.instant();
    try {
      var seen = new Seen<>(question.apply(target), asked);
      metrics.agentCalled("answered", since(asked));
      if (doorbell.stillThere().test(target)) {
        keep.accept(seen);
      }
    } catch (AgentCallFailed failed) {
      metrics.agentCalled(failed.problem().reason(), since(asked));
      reports.failure(target.podUid(), new Seen<>(failed.problem(), asked));
    } catch (RuntimeException unexpected) {
      // The thread's entry: a defect that nobody reports would be tried again without a pause
      log.atError().setCause(unexpected).log("an agent call ended unexpectedly; report this trace");
      var problem = new Problem("OperatorDefect", unexpected.toString());
      reports.failure(target.podUid(), new Seen<>(problem, asked));
    }
  }

  private Duration since(Instant asked) {
    return Duration.between(asked, clock.instant());
  }

  private record Call(String podUid, String what) {}
}
