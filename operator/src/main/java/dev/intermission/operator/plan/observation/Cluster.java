package dev.intermission.operator.plan.observation;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Child Jobs and pods that carry this job's uid, of every run.
 *
 * @param childJobs at most one per run
 * @param workers every pod that still exists, whatever its state
 */
public record Cluster(List<ChildJob> childJobs, List<Worker> workers) {

  /** Nothing of ours is there. */
  public static final Cluster EMPTY = new Cluster(List.of(), List.of());

  public Cluster {
    childJobs = List.copyOf(childJobs);
    workers = List.copyOf(workers);
  }

  /** The child Job of a run, also while it is being deleted. */
  public Optional<ChildJob> childJob(long run) {
    return childJobs.stream().filter(job -> job.run() == run).findFirst();
  }

  /** Pods of a run, in no order. */
  public List<Worker> workers(long run) {
    return workers.stream().filter(worker -> worker.id().run() == run).toList();
  }

  /** Every run of which a Job or a pod exists, each once, oldest first. */
  public List<Long> runs() {
    return Stream.concat(
            childJobs.stream().map(ChildJob::run),
            workers.stream().map(worker -> worker.id().run()))
        .distinct()
        .sorted()
        .toList();
  }
}
