package dev.intermission.operator;

import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.operator.agents.Target;
import dev.intermission.operator.resources.Labels;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What wakes a job: its Jobs and pods, watched by one label, and answers from agents and S3.
 * Thread-safe.
 */
final class EventSources {
  private final Wakes answers = new Wakes();
  private volatile Optional<InformerEventSource<Pod, TrainingJob>> pods = Optional.empty();
  private volatile Optional<InformerEventSource<Job, TrainingJob>> childJobs = Optional.empty();
  private volatile Optional<Cache<TrainingJob>> jobs = Optional.empty();

  /** Called once by the framework, before anything can be woken. */
  List<EventSource<?, TrainingJob>> create(EventSourceContext<TrainingJob> context) {
    jobs = Optional.of(context.getPrimaryCache());
    var podSource = new InformerEventSource<>(watch(Pod.class), context);
    var jobSource = new InformerEventSource<>(watch(Job.class), context);
    pods = Optional.of(podSource);
    childJobs = Optional.of(jobSource);
    return List.of(jobSource, podSource, answers);
  }

  /** Lets the job be reconciled soon; many wakes before it are one. */
  void wake(JobKey job) {
    wake(new ResourceID(job.name(), job.namespace()));
  }

  /** Lets the job be reconciled soon. */
  void wake(TrainingJob job) {
    wake(ResourceID.fromResource(job));
  }

  /** Lets the job be reconciled soon, if there is one. */
  void wake(ResourceID job) {
    jobs.flatMap(cache -> cache.get(job)).ifPresent(answers::wake);
  }

  /**
   * Lets the job be reconciled whose child the Event is about, if it is a child of ours. Events
   * have a watch of their own, which may be ahead of those of the children when the operator
   * starts: then nobody is woken, and every job is about to be looked at anyway.
   */
  void wakeOwner(Event event) {
    var about = event.getInvolvedObject();
    var child = new ResourceID(about.getName(), about.getNamespace());
    Stream.of(pods, childJobs)
        .flatMap(source -> source.filter(InformerEventSource::isRunning).stream())
        .flatMap(running -> running.get(child).stream())
        .filter(found -> found.getMetadata().getUid().equals(about.getUid()))
        .flatMap(found -> owner(found).stream())
        .forEach(this::wake);
  }

  /** Whether that pod still has that IP, as far as the informer knows. */
  boolean stillThere(Target target) {
    return pods.flatMap(
            source -> source.get(new ResourceID(target.podName(), target.job().namespace())))
        .filter(pod -> pod.getMetadata().getUid().equals(target.podUid()))
        .filter(pod -> target.ip().equals(pod.getStatus().getPodIP()))
        .isPresent();
  }

  /** All jobs that are watched. */
  Stream<TrainingJob> jobs() {
    return jobs.stream().flatMap(cache -> cache.list(_ -> true));
  }

  /** Uids of all pods that are watched. */
  Set<String> podUids() {
    return pods.stream()
        .flatMap(source -> source.list(_ -> true))
        .map(pod -> pod.getMetadata().getUid())
        .collect(Collectors.toUnmodifiableSet());
  }

  private static <R extends HasMetadata> InformerEventSourceConfiguration<R> watch(Class<R> type) {
    return InformerEventSourceConfiguration.from(type, TrainingJob.class)
        .withLabelSelector(Labels.SELECTOR)
        .withNamespacesInheritedFromController()
        .withSecondaryToPrimaryMapper(EventSources::owner)
        .build();
  }

  /** By label and not by owner: a pod's owner is the child Job. */
  private static Set<ResourceID> owner(HasMetadata child) {
    return Optional.ofNullable(child.getMetadata().getLabels())
        .map(labels -> labels.get(Labels.JOB))
        .map(name -> Set.of(new ResourceID(name, child.getMetadata().getNamespace())))
        .orElse(Set.of());
  }
}
