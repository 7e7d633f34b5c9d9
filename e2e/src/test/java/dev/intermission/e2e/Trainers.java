package dev.intermission.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/**
 * The trainers of one run, stopped where a test wants them, and what they and their agents tell
 * each other, read on this machine. Status is seconds late: on a fast machine a whole run is over
 * by then. Who is stopped misses nothing, since what it is told waits in its directory. Closing it
 * lets all go on; left open, they end with their pods.
 */
final class Trainers implements Outage {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration BETWEEN_LISTS = Duration.ofMillis(200);
  private static final String RANK = "batch.kubernetes.io/job-completion-index";

  private final JobHandle job;
  private final long run;
  private final int workers;
  private final Map<Integer, HostProcess> found = new TreeMap<>();
  private final Set<Integer> stopped = new HashSet<>();
  private Instant nextList = Instant.MIN;

  private Trainers(JobHandle job, long run, int workers) {
    this.job = job;
    this.run = run;
    this.workers = workers;
  }

  /** Returns when every trainer of this run has made a step and stands at its first report. */
  static Trainers stoppedIn(JobHandle job, long run) {
    return stoppedIn(job, run, _ -> 1);
  }

  /**
   * Returns when all stand, each at its first report of {@code stepOfRank} or a later step. Reports
   * come every quarter of a second.
   */
  static Trainers stoppedIn(JobHandle job, long run, LongUnaryOperator stepOfRank) {
    var trainers = new Trainers(job, run, job.now().at("/spec/workers").asInt(1));
    var stand = false;
    try {
      trainers.await("stand still", () -> trainers.stopWhoIsThere(stepOfRank));
      stand = true;
      return trainers;
    } finally {
      if (!stand) trainers.close();
    }
  }

  /** The process of this rank. */
  HostProcess of(int rank) {
    return found.get(rank);
  }

  /** The newest step that any of them reported. */
  long newestStep() {
    return found.values().stream()
        .mapToLong(one -> progress(one).path("step").asLong())
        .max()
        .orElseThrow();
  }

  /** Returns when every agent has passed a request on to save and to hold: nobody can miss it. */
  void awaitRequest() {
    awaitAll(
        "are asked to save and hold", one -> one.file("control.json").path("hold").asBoolean());
  }

  /** Returns when every trainer holds: it has saved, and waits for what comes of that. */
  void awaitHold() {
    awaitAll("hold", one -> progress(one).has("held"));
  }

  private void awaitAll(String what, Predicate<HostProcess> holds) {
    await(what, () -> found.values().stream().allMatch(holds));
  }

  private void await(String what, Callable<Boolean> holds) {
    Awaitility.await("trainers of run " + run + " of " + job.name() + " " + what)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .pollDelay(Duration.ZERO)
        .until(holds);
  }

  private boolean stopWhoIsThere(LongUnaryOperator stepOfRank) {
    if (found.size() < workers && !Instant.now().isBefore(nextList)) find();
    found.forEach(
        (rank, process) -> {
          if (!stopped.contains(rank) && hasMade(progress(process), stepOfRank.applyAsLong(rank))) {
            process.freeze();
            stopped.add(rank);
          }
        });
    return stopped.size() == workers;
  }

  private void find() {
    for (var pod : job.pods(run)) {
      HostProcess.find(pod, "trainer").ifPresent(process -> found.put(rank(pod), process));
    }
    nextList = Instant.now().plus(BETWEEN_LISTS);
  }

  private static int rank(Pod pod) {
    return Integer.parseInt(pod.getMetadata().getAnnotations().get(RANK));
  }

  /** In this run, and not in the one that it goes on from. */
  private static boolean hasMade(JsonNode progress, long step) {
    return progress.has("firstStep") && progress.path("step").asLong() >= step;
  }

  private static JsonNode progress(HostProcess trainer) {
    return trainer.file("progress.json");
  }

  /** None is stopped any more. */
  void goOn() {
    found.values().forEach(HostProcess::thaw);
  }

  @Override
  public void close() {
    goOn();
  }
}
