package dev.intermission.operator.observe;

import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.control.Problem;
import dev.intermission.operator.plan.observation.Cluster;
import dev.intermission.operator.plan.observation.Observation;
import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.Storage;
import dev.intermission.operator.plan.observation.Subject;
import dev.intermission.operator.plan.observation.TemplateCheck;
import dev.intermission.operator.resources.Fingerprint;
import dev.intermission.operator.resources.Labels;
import dev.intermission.operator.resources.TemplateRules;
import dev.intermission.operator.storage.Access;
import dev.intermission.operator.storage.AccessRules;
import dev.intermission.operator.templates.Refusals;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/** Puts together what one plan may know. Thread-safe. */
public final class Observer {
  private final Facts facts;
  private final AccessRules access;
  private final Fingerprint fingerprint;
  private final Clock clock;
  private final RecordedChildJob recordedJob;
  private final LastSeenPods pods;
  private final Graces graces;
  private final Nodes nodes;
  private final Lifetimes lifetimes;

  public Observer(
      KubernetesClient client,
      Facts facts,
      AccessRules access,
      Fingerprint fingerprint,
      Clock clock) {
    this.facts = facts;
    this.access = access;
    this.fingerprint = fingerprint;
    this.clock = clock;
    this.recordedJob = new RecordedChildJob(client);
    this.pods = new LastSeenPods(client);
    this.graces = new Graces(clock);
    this.nodes = new Nodes(client, clock);
    this.lifetimes = new Lifetimes(client, clock);
  }

  /** {@code cachedJobs} and {@code cachedPods} may hold those of a deleted job of the same name. */
  public Observation observe(
      TrainingJob job, Collection<Job> cachedJobs, Collection<Pod> cachedPods) {
    var meta = job.getMetadata();
    var own =
        pods.complete(
            meta.getNamespace(),
            meta.getUid(),
            cachedPods.stream().filter(pod -> belongs(pod, job)).toList());
    var grace = graces.of(meta.getUid(), own);
    var workers =
        own.stream().map(pod -> Workers.of(pod, nodes::find, grace, facts.complaints())).toList();
    var children =
        recordedJob.complete(job, cachedJobs).stream()
            .filter(child -> belongs(child, job))
            .map(child -> ChildJobs.of(child, facts.complaints()))
            .toList();
    var granted = access.resolve(meta.getNamespace(), job.getSpec().checkpoint().storage().s3());
    return new Observation(
        subject(job, granted),
        template(job),
        new Cluster(children, workers),
        facts.agents().of(workers.stream().map(worker -> worker.id().uid()).toList()),
        storage(meta.getUid(), granted));
  }

  /** Forgets what it remembers about every job but these. */
  public void keepOnlyJobs(Set<String> jobUids) {
    pods.keepOnly(jobUids);
    graces.keepOnly(jobUids);
    lifetimes.keepOnly(jobUids);
    facts.keepOnlyJobs(jobUids);
  }

  private TemplateCheck template(TrainingJob job) {
    var sum = fingerprint.of(job.getSpec());
    var refusals = TemplateRules.check(job.getSpec());
    return refusals.isEmpty()
        ? facts.templates().of(job.getMetadata().getUid(), sum)
        : new TemplateCheck(sum, Optional.of(Refusals.of(refusals)));
  }

  private Subject subject(TrainingJob job, Access granted) {
    var meta = job.getMetadata();
    var key = new JobKey(meta.getNamespace(), meta.getName(), meta.getUid());
    var store =
        switch (granted) {
          case Access.Granted(var storage, _) -> storage.uri(key);
          case Access.Denied _ -> "";
        };
    return new Subject(key, meta.getGeneration(), store, lifetimes.of(job));
  }

  private Storage storage(String jobUid, Access granted) {
    return switch (granted) {
      case Access.Granted(var storage, _) -> facts.storage().of(jobUid, storage.location());
      case Access.Denied(Problem problem) ->
          facts.storage().of(jobUid).withProblem(Optional.of(new Seen<>(problem, clock.instant())));
    };
  }

  private static boolean belongs(HasMetadata child, TrainingJob job) {
    var labels = child.getMetadata().getLabels();
    return labels != null
        && job.getMetadata().getUid().equals(labels.get(Labels.JOB_UID))
        && labels.containsKey(Labels.RUN);
  }
}
