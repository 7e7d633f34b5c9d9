package dev.intermission.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.awaitility.Awaitility;

/**
 * Several jobs at once, disturbed one after the other while the rest train on. Whoever finishes is
 * compared with an undisturbed run and replaced. At every look: HEAD never goes back, so that every
 * committed step is accounted for, a resume is never wrong, no job fails. At the end: nothing is
 * left of them, in the cluster or in the store.
 */
final class Chaos {

  private static final String NODE = TestBed.SPARE_NODE;
  private static final int EVERY = 50;
  private static final Duration OUTAGE_OF_A_GANG = Duration.ofSeconds(5);
  private static final int AGENT_PORT = 8771;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** For 64 KiB: a checkpoint of 1.9 MB takes some seconds. */
  private static final Duration SLOW = Duration.ofMillis(100);

  private final TestBed bed;
  private final Team team;
  private final Expectations expect;
  private final StoreGate store;
  private final Random kinds;
  private final Random choice;
  private final List<JobHandle> jobs = new ArrayList<>();
  private final Map<String, Long> newestStep = new HashMap<>();
  private final Recoveries recoveries = new Recoveries();
  private int made;
  private int finished;
  private int pauses;

  /**
   * {@code store} is the jobs' way to it; {@code kinds} is used for nothing but what comes next.
   */
  Chaos(TestBed bed, Team team, Expectations expect, StoreGate store, Random kinds) {
    this.bed = bed;
    this.team = team;
    this.expect = expect;
    this.store = store;
    this.kinds = kinds;
    this.choice = new Random(kinds.nextLong());
  }

  /** Two single workers and a gang. */
  void begin() {
    jobs.add(another(1));
    jobs.add(another(1));
    jobs.add(another(2));
  }

  /** One more disturbance, of a job that has saved in this run and is said to train. */
  void disturb() {
    var kind = Disturbance.any(kinds);
    var job = ready();
    System.err.println("chaos: " + kind + " " + job.name());
    recoveries.struck(job, kind, team.head(job).step());
    strike(kind, job);
  }

  /** Lets all jobs end undisturbed. */
  void finish() {
    jobs.forEach(this::conclude);
    expect.nothingLeftOfAnybody(team);
  }

  String report() {
    return recoveries.table()
        + "\n%d pauses lost no step; %d jobs ended, each with the bits of an undisturbed run.%n"
            .formatted(pauses, finished);
  }

  private JobHandle another(int workers) {
    return team.create(manifest(workers));
  }

  private JobManifest manifest(int workers) {
    return JobManifest.digits("chaos-" + ++made)
        .anywhere()
        .through(store)
        .with("spec.workers", workers)
        .with("spec.checkpoint.every.steps", EVERY)
        .with("spec.checkpoint.onDelete", "Purge")
        .with("spec.restarts.limit", 1000)
        .with("spec.restarts.backoff", "1s");
  }

  private JobHandle ready() {
    return Awaitility.await("a job that can be disturbed")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .pollDelay(Duration.ZERO)
        .until(this::anyReady, Optional::isPresent)
        .orElseThrow();
  }

  private Optional<JobHandle> anyReady() {
    Collections.shuffle(jobs, choice);
    for (var job : List.copyOf(jobs)) {
      var now = job.now();
      audit(job, now);
      if (ended(now)) {
        conclude(job);
        jobs.set(jobs.indexOf(job), another(workers(now)));
      } else if (trainedAndSaved(now)) {
        return Optional.of(job);
      }
    }
    return Optional.empty();
  }

  /** The result, and that nothing is left of it when it is deleted. */
  private void conclude(JobHandle job) {
    expect.undisturbedResult(team, job);
    audit(job, job.now());
    expect.nothingLeft(team, job);
    finished++;
  }

  private void audit(JobHandle job, JsonNode now) {
    assertThat(phase(now)).as(() -> now.at("/status").toPrettyString()).isNotEqualTo("Failed");
    var proof = JobHandle.condition(now, "ResumeProven");
    assertThat(proof.path("status").asText()).as(proof::toPrettyString).isNotEqualTo("False");
    recoveries.look(job, now);
    if (now.at("/status/run").isMissingNode()) return;
    var step = team.head(job).step();
    assertThat(step).as("HEAD of " + job.name()).isGreaterThanOrEqualTo(newest(job));
    newestStep.put(job.name(), step);
  }

  private long newest(JobHandle job) {
    return newestStep.getOrDefault(job.name(), -1L);
  }

  private void strike(Disturbance kind, JobHandle job) {
    switch (kind) {
      case PAUSE -> {
        job.pause();
        pausedAndResumed(job);
      }
      case PAUSE_WITHDRAWN_AT_ONCE -> {
        job.pause();
        job.unpause();
      }
      case PAUSE_AND_OPERATOR_KILLED -> {
        job.pause();
        bed.killOperatorAndItsPod();
        pausedAndResumed(job);
      }
      case PAUSE_WHILE_THE_STORE_HANGS -> pausedDuring(store.freeze(), job);
      case PAUSE_WHILE_THE_STORE_IS_GONE -> pausedDuring(store.refuse(), job);
      case PAUSE_WHILE_THE_STORE_IS_SLOW -> {
        try (var _ = store.slow(SLOW)) {
          job.pause();
          pausedAndResumed(job);
        }
      }
      case PAUSE_WHILE_A_NODE_HANGS -> pausedDuring(bed.freezeNode(NODE), job);
      case STORE_GONE -> trainsDuring(store.refuse(), job);
      case STORE_SLOW -> trainsDuring(store.slow(SLOW), job);
      case OPERATOR_KILLED -> bed.killOperatorAndItsPod();
      case AGENT_KILLED -> anyPod(job).ifPresent(pod -> killAgent(job, pod));
      case TRAINER_KILLED -> {
        var run = job.status("/run/number").asLong();
        if (killTrainer(job))
          job.await( // a pause that comes before would find nobody who can save, and say so
              "its end is noticed",
              PATIENCE, // its agent sends what is complete, and in a gang waits for the other parts
              now -> now.at("/status/run/number").asLong() > run || !phase(now).equals("Running"));
      }
      case POD_EVICTED -> anyPod(job).ifPresent(team::evict);
      case POD_DELETED -> anyPod(job).ifPresent(pod -> team.client().resource(pod).delete());
      case CHILD_JOB_DELETED -> {
        var name = job.status("/run/job").asText();
        team.client().batch().v1().jobs().inNamespace(team.namespace()).withName(name).delete();
      }
      case NODE_ANNOUNCES_ITS_END -> {
        var run = job.status("/run/number").asLong();
        var concerned = isOnNode(job);
        try (var _ = bed.taint(NODE, "karpenter.sh/disrupted")) {
          if (concerned) job.await("it leaves", now -> isElsewhere(now, run));
        }
      }
      case NODE_LOST -> {
        var run = job.status("/run/number").asLong();
        if (!isOnNode(job)) return;
        try (var _ = bed.freezeNode(NODE)) {
          job.await("another run", PATIENCE, now -> isElsewhere(now, run));
        } // and what is left of it there wakes up, to find that it may write no more
      }
    }
  }

  private static boolean isOnNode(JobHandle job) {
    return job.pods().stream().anyMatch(pod -> NODE.equals(pod.getSpec().getNodeName()));
  }

  /** Or had nothing left to do. */
  private static boolean isElsewhere(JsonNode now, long run) {
    return now.at("/status/run/number").asLong() > run || ended(now);
  }

  /** The outage ends as soon as the pause has begun. */
  private void pausedDuring(Outage outage, JobHandle job) {
    try (outage) {
      job.pause();
      job.await("the pause is noticed", now -> !phase(now).equals("Running"));
    }
    pausedAndResumed(job);
  }

  /**
   * Who trains needs no store; whose pod is on its way out, does, and so does a gang at its next
   * save, which waits for the one before.
   */
  private void trainsDuring(Outage outage, JobHandle job) {
    try (outage) {
      var due = Math.min(job.status("/progress/step").asLong() + EVERY + 1, JobManifest.STEPS);
      var longEnough = Instant.now().plus(OUTAGE_OF_A_GANG);
      job.await(
          "a step after the next checkpoint is due",
          now ->
              now.at("/status/progress/step").asLong() >= due
                  || (workers(now) > 1 && Instant.now().isAfter(longEnough))
                  || !phase(now).equals("Running")
                  || JobHandle.condition(now, "Ready").path("reason").asText().equals("Finishing")
                  || job.pods().stream().anyMatch(Chaos::goes));
    }
  }

  private static boolean goes(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() != null;
  }

  private static boolean ended(JsonNode now) {
    return phase(now).equals("Succeeded");
  }

  /** It may have finished before the pause could begin. */
  private void pausedAndResumed(JobHandle job) {
    var now = job.await("the pause", PATIENCE, seen -> phase(seen).equals("Paused") || ended(seen));
    if (phase(now).equals("Paused")) {
      var receipt = now.at("/status/pause/receipt");
      var step = team.committed(job).step();
      assertThat(receipt.path("step").asLong()).isEqualTo(step);
      assertThat(step).isGreaterThanOrEqualTo(newest(job));
      if (!nodeWasLost(now)) {
        assertThat(receipt.path("lostSteps").asLong(-1)).as("steps lost at a pause").isZero();
        pauses++;
      }
    }
    job.unpause();
  }

  /** Before the pause could ask anybody: the steps since the newest save went with its pods. */
  private static boolean nodeWasLost(JsonNode now) {
    var recovery = now.at("/status/recovery");
    return recovery.path("endedRun").asLong() == now.at("/status/run/number").asLong()
        && recovery.at("/lastEnd/reason").asText().equals("NodeLost");
  }

  /** Whether there was one to kill. */
  private boolean killTrainer(JobHandle job) {
    var process = anyPod(job).flatMap(pod -> HostProcess.find(pod, "trainer"));
    process.ifPresent(HostProcess::kill);
    return process.isPresent();
  }

  /** Until its agent is back, a pod that is sent away has nobody who saves: its hook fails. */
  private void killAgent(JobHandle job, Pod pod) {
    var agent = HostProcess.find(pod, "agent");
    if (agent.isEmpty()) return;
    agent.get().kill();
    job.await("its agent is back", _ -> isBack(pod, agent.get()));
  }

  /** Or it never will be. One that was killed listens for some milliseconds more. */
  private boolean isBack(Pod pod, HostProcess killed) {
    var now = team.client().resource(pod).get();
    return now == null
        || goes(now)
        || HostProcess.find(now, "agent")
            .filter(agent -> !agent.equals(killed) && agent.reaches(AGENT_PORT))
            .isPresent();
  }

  private Optional<Pod> anyPod(JobHandle job) {
    var pods = new ArrayList<>(job.pods());
    Collections.shuffle(pods, choice);
    return pods.stream().filter(pod -> !goes(pod)).findFirst();
  }

  private static boolean trainedAndSaved(JsonNode now) {
    return phase(now).equals("Running")
        && now.at("/status/checkpoint/step").asLong()
            > now.at("/status/run/resumedFrom/step").asLong()
        && holdsForNobody(now);
  }

  /**
   * Not for a pause that was withdrawn or a neighbour's node: who holds needs the store to go on.
   */
  private static boolean holdsForNobody(JsonNode now) {
    var step = now.at("/status/progress/step").asLong();
    return step > now.at("/status/run/notice/step").asLong()
        && step > now.at("/status/pause/step").asLong();
  }

  private static String phase(JsonNode now) {
    return now.at("/status/phase").asText();
  }

  private static int workers(JsonNode now) {
    return now.at("/spec/workers").asInt(1);
  }
}
