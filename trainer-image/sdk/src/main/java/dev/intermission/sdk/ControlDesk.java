package dev.intermission.sdk;

import dev.intermission.sdk.directory.FileWatch;
import dev.intermission.sdk.directory.Request;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the newest request means at a boundary. Ids only grow: an older one that arrives late is
 * ignored, a newer one replaces what was armed [design review, 13].
 *
 * <p>For the training thread. Costs one {@code stat} a look.
 */
final class ControlDesk {

  /** What to do at a boundary. */
  sealed interface Order {

    record TrainOn() implements Order {}

    record Save(Request.Checkpoint request) implements Order {}

    record Leave(Verdict.Leave verdict) implements Order {}
  }

  private final FileWatch<Request> control;
  private Optional<Request.Checkpoint> pending = Optional.empty();
  private Optional<Verdict.Leave> leave = Optional.empty();
  private OptionalLong armed = OptionalLong.empty();
  private OptionalLong missed = OptionalLong.empty();
  private long newestId;
  private long continued;
  private long furthestStepAsked = -1;

  ControlDesk(FileWatch<Request> control) {
    this.control = control;
  }

  /**
   * Takes what lies there already as obeyed: outside Kubernetes it is a left-over of an earlier
   * process.
   */
  void forgetThePast() {
    control.changed();
  }

  /** The order at the boundary after {@code step}; a save is ordered once. */
  Order at(long step) {
    look();
    if (leave.isPresent()) return new Order.Leave(leave.get());
    if (pending.isEmpty()) return new Order.TrainOn();
    var request = pending.get();
    return switch (request.at()) {
      case Request.At.Next() -> take(request);
      case Request.At.Step(var asked) when asked == step -> take(request);
      case Request.At.Step(var asked) when asked > step -> new Order.TrainOn();
      case Request.At.Step(var _) -> miss(request);
    };
  }

  /**
   * How a hold at {@code step} goes on; empty: it lasts. A newer request for this very step is
   * answered by the checkpoint that is there; one for another step ends the hold, and training runs
   * on to it.
   */
  Optional<Order> whileHeld(long step, long heldId) {
    look();
    if (leave.isPresent()) return Optional.of(new Order.Leave(leave.get()));
    if (pending.isPresent()) {
      var request = pending.get();
      if (!request.at().equals(new Request.At.Step(step))) return Optional.of(new Order.TrainOn());
      return Optional.of(take(request));
    }
    return continued >= heldId ? Optional.of(new Order.TrainOn()) : Optional.empty();
  }

  /** Whether the agent wants this process to leave; for waits that are no boundary. */
  Optional<Verdict.Leave> leave() {
    look();
    return leave;
  }

  /**
   * Whether a save is asked for after {@code step}, where this rank waits; for the same waits. One
   * that is asked for up to it is missed.
   */
  boolean isAskedBeyond(long step) {
    look();
    var asked = pending;
    if (asked.isEmpty()) return false;
    var passed = asked.get().at() instanceof Request.At.Step(var at) && at <= step;
    if (passed) miss(asked.get());
    return !passed;
  }

  /** Up to which step anybody was asked to save, as far as it has looked; -1: none was named. */
  long furthestStepAsked() {
    return furthestStepAsked;
  }

  OptionalLong armed() {
    return armed;
  }

  OptionalLong missed() {
    return missed;
  }

  private void look() {
    control.changed().ifPresent(this::accept);
  }

  private void accept(Request request) {
    switch (request) {
      case Request.Checkpoint checkpoint when checkpoint.id() > newestId -> {
        newestId = checkpoint.id();
        armed = OptionalLong.of(checkpoint.id());
        pending = Optional.of(checkpoint);
        if (checkpoint.at() instanceof Request.At.Step(var step)) asked(step);
      }
      case Request.Checkpoint _ -> {} // heard of already, or overtaken
      case Request.Continue(var id, var at) -> {
        at.ifPresent(this::asked);
        continued = Math.max(continued, id);
        pending = pending.filter(waiting -> waiting.id() > id);
      }
      case Request.Exit() ->
          leave =
              Optional.of(
                  new Verdict.Leave(Verdict.Why.RELEASED, "the run is over: compute is released"));
      case Request.Stop(var reason) ->
          leave = Optional.of(new Verdict.Leave(Verdict.Why.STOPPED, reason));
    }
  }

  private void asked(long step) {
    furthestStepAsked = Math.max(furthestStepAsked, step);
  }

  private Order take(Request.Checkpoint request) {
    pending = Optional.empty();
    return new Order.Save(request);
  }

  private Order miss(Request.Checkpoint request) {
    pending = Optional.empty();
    missed = OptionalLong.of(request.id());
    return new Order.TrainOn();
  }
}
