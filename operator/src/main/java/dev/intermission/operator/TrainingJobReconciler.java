package dev.intermission.operator;

import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.operator.act.Executor;
import dev.intermission.operator.observe.Observer;
import dev.intermission.operator.plan.Planner;
import dev.intermission.operator.record.Recorder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * One pass for one TrainingJob: observe, plan, record, act. The framework's adapter, nothing else.
 * Asked on all events, since only that mode reconciles a job that is being deleted without putting
 * a finalizer on every job.
 */
@ControllerConfiguration(name = "trainingjob", triggerReconcilerOnAllEvents = true)
final class TrainingJobReconciler implements Reconciler<TrainingJob> {
  /** Long enough for the informer to bring the version that the plan should have been made from. */
  private static final Duration CACHE_LAG = Duration.ofMillis(200);

  /** When a pass ends in an exception: whatever it was, the job is looked at again. */
  private static final Duration AFTER_A_FAILURE = Duration.ofMinutes(1);

  private final Observer observer;
  private final Supplier<Planner> planner;
  private final Recorder recorder;
  private final Executor executor;
  private final EventSources sources;
  private final Alarms alarms;
  private final Clock clock;

  /** What wakes this reconciler, and the time. */
  record Surroundings(EventSources sources, Alarms alarms, Clock clock) {}

  TrainingJobReconciler(
      Observer observer,
      Supplier<Planner> planner,
      Recorder recorder,
      Executor executor,
      Surroundings surroundings) {
    this.observer = observer;
    this.planner = planner;
    this.recorder = recorder;
    this.executor = executor;
    this.sources = surroundings.sources();
    this.alarms = surroundings.alarms();
    this.clock = surroundings.clock();
  }

  @Override
  public UpdateControl<TrainingJob> reconcile(TrainingJob job, Context<TrainingJob> context) {
    var id = ResourceID.fromResource(job);
    if (context.isPrimaryResourceDeleted()) { // nothing of it is left
      // The framework now forgets all that it heard of this name, and with it the first event of a
      // job that was made anew under the same one: that one is looked at soon.
      alarms.set(id, CACHE_LAG);
      return UpdateControl.noUpdate();
    }
    alarms.set(id, AFTER_A_FAILURE);
    var now = clock.instant();
    var seen =
        observer.observe(
            job,
            context.getSecondaryResources(Job.class),
            context.getSecondaryResources(Pod.class));
    var plan = planner.get().plan(job.getSpec(), job.getStatus(), seen, now);
    switch (recorder.record(job, plan, (written, old) -> remember(written, old, context))) {
      case RECORDED -> {
        // dies midway: every action is idempotent, and the next pass plans what is still missing
        plan.actions().forEach(action -> executor.execute(action, job, seen));
        plan.wakeIn(now).ifPresentOrElse(in -> alarms.set(id, in), () -> alarms.cancel(id));
      }
      case OUTDATED -> alarms.set(id, CACHE_LAG);
      case GONE -> alarms.cancel(id);
    }
    return UpdateControl.noUpdate();
  }

  @Override
  public List<EventSource<?, TrainingJob>> prepareEventSources(
      EventSourceContext<TrainingJob> context) {
    return sources.create(context);
  }

  /** The next pass sees this version even if the informer is behind. */
  private static void remember(TrainingJob written, TrainingJob old, Context<TrainingJob> context) {
    context
        .eventSourceRetriever()
        .getControllerEventSource()
        .handleRecentResourceUpdate(ResourceID.fromResource(old), written, old);
  }
}
