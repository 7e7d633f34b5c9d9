package dev.intermission.operator.act;

import dev.intermission.api.v1alpha1.ManifestStatus;
import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.operator.agents.AgentCalls;
import dev.intermission.operator.agents.Target;
import dev.intermission.operator.plan.Action;
import dev.intermission.operator.plan.observation.Observation;
import dev.intermission.operator.plan.observation.Worker;
import dev.intermission.operator.plan.observation.Worker.Placement;
import dev.intermission.operator.storage.Access;
import dev.intermission.operator.storage.AccessRules;
import dev.intermission.operator.storage.Source;
import dev.intermission.operator.storage.StorageWork;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Hands each action to the one who can do it. Thread-safe. */
public final class Executor {
  private final Children children;
  private final Templates templates;
  private final Deletions deletions;
  private final Finalizers finalizers;
  private final AgentCalls agents;
  private final Store store;

  /**
   * S3 work, the rules by which a job gets at its part of S3, what must not be collected, and where
   * forks begin.
   */
  public record Store(
      StorageWork work, AccessRules rules, ManifestReferences references, Sources sources) {}

  /** What removes things from the API server, and what keeps it from removing them. */
  public record Removal(Deletions deletions, Finalizers finalizers) {}

  public Executor(
      Children children, Templates templates, Removal removal, AgentCalls agents, Store store) {
    this.children = children;
    this.templates = templates;
    this.deletions = removal.deletions();
    this.finalizers = removal.finalizers();
    this.agents = agents;
    this.store = store;
  }

  /**
   * Does {@code action}, or starts it where it takes longer than an answer of the API server.
   * Idempotent; throws what the API server refused, and the next pass plans it again.
   */
  public void execute(Action action, TrainingJob job, Observation seen) {
    var meta = job.getMetadata();
    switch (action) {
      case Action.DryRunTemplate() ->
          granted(
              job,
              g ->
                  templates.check(
                      job, seen.template().fingerprint(), children.preview(job, g.storage())));
      case Action.EnsureService() ->
          granted(
              job,
              g ->
                  templates.first(
                      job,
                      seen.template().fingerprint(),
                      children.preview(job, g.storage()),
                      () -> children.ensureService(job)));
      case Action.CreateChildJob(var number, var restore, var grace) ->
          granted(
              job,
              g ->
                  templates.real(
                      job,
                      seen.template().fingerprint(),
                      children.childJob(
                          job, number, restore.map(Executor::status), g.storage(), grace),
                      childJob -> children.createJob(job, childJob)));
      case Action.ReleasePods(var run, var grace) ->
          deletions.pods(meta.getNamespace(), meta.getUid(), run, grace);
      case Action.DeleteChildJob(var run) ->
          seen.cluster()
              .childJob(run)
              .ifPresent(
                  child ->
                      deletions.childJob(
                          meta.getNamespace(), seen.subject().childJob(run), child.uid()));
      case Action.ReadHead() -> granted(job, g -> store.work().readHead(seen.subject().job(), g));
      case Action.SealHead(var expected, var run, var rollback) ->
          granted(job, g -> store.work().seal(seen.subject().job(), g, expected, run, rollback));
      case Action.QuarantineCheckpoint(var manifest, var what) ->
          granted(job, g -> store.work().quarantine(seen.subject().job(), g, manifest, what));
      case Action.LeaveCheckpoint(var expected, var run, var to) ->
          granted(job, g -> store.work().leave(seen.subject().job(), g, expected, run, to));
      case Action.VerifyCheckpoint(var manifest, var mode, var parent) ->
          granted(job, g -> store.work().verify(seen.subject().job(), g, manifest, mode, parent));
      case Action.SeekCheckpoint wish -> {
        var key = seen.subject().job();
        granted(job, g -> store.work().seek(key, g, wish, store.sources().of(job, wish.from(), g)));
      }
      case Action.ReleaseOrigin(var from, var origin) -> {
        var key = seen.subject().job();
        granted(
            job,
            g -> {
              if (store.sources().of(job, from, g) instanceof Source.Other source)
                store.work().release(key, g, source, ManifestReferences.name(origin));
            });
      }
      case Action.SweepRetention wish -> {
        var key = seen.subject().job();
        granted(job, g -> store.work().sweep(key, g, wish, () -> store.references().to(key)));
      }
      case Action.PurgeCheckpoints() ->
          granted(job, g -> store.work().purge(seen.subject().job(), g));
      case Action.DeleteTrainingJob() -> deletions.trainingJob(job);
      case Action.HoldDeletion() -> finalizers.hold(job);
      case Action.LetGo(var end) -> finalizers.letGo(job, end);
      case Action.PollStatus(var run) -> targets(seen, run).forEach(agents::status);
      case Action.SendRoster(var run, var roster) ->
          targets(seen, run).forEach(target -> agents.enrol(target, roster));
      case Action.AskToSave(var run, var command) ->
          targets(seen, run).forEach(target -> agents.ask(target, command));
      case Action.PollSave(var run, var id) ->
          targets(seen, run).forEach(target -> agents.await(target, id));
      case Action.ContinueTraining(var run, var command) ->
          targets(seen, run).forEach(target -> agents.letGoOn(target, command));
    }
  }

  /** Nothing is done for a job that has no right to its storage: its condition says why. */
  private void granted(TrainingJob job, Consumer<Access.Granted> use) {
    var spec = job.getSpec().checkpoint().storage().s3();
    switch (store.rules().resolve(job.getMetadata().getNamespace(), spec)) {
      case Access.Granted granted -> use.accept(granted);
      case Access.Denied _ -> {}
    }
  }

  private static Stream<Target> targets(Observation seen, long run) {
    return seen.cluster().workers(run).stream()
        .filter(worker -> !worker.terminal())
        .flatMap(
            worker ->
                ip(worker).stream()
                    .map(
                        ip ->
                            new Target(
                                seen.subject().job(),
                                run,
                                worker.id().podName(),
                                worker.id().uid(),
                                ip)));
  }

  private static Optional<String> ip(Worker worker) {
    return switch (worker.placement()) {
      case Placement.OnNode(_, var ip) -> ip;
      case Placement.Unscheduled _ -> Optional.empty();
    };
  }

  private static ManifestStatus status(ManifestRef ref) {
    return new ManifestStatus(ref.step(), ref.name(), ref.sha256());
  }
}
