package dev.intermission.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.awaitility.Awaitility;

/**
 * Several jobs at once, disturbed one after the other while the rest train on. Whoever finishes is
 * compared with an undisturbed run and replaced. At every look: HEAD never goes back, a resume is
 * never wrong, no job fails.
 */
final class Chaos {

  private static final String NODE = TestBed.SPARE_NODE;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final TestBed bed;
  private final Team team;
  private final Expectations expect;
  private final StoreGate store;
  private final Random random;
  private final List<JobHandle> jobs = new ArrayList<>();
  private final Map<String, Long> newestStep = new HashMap<>();
  private final Map<String, Struck> struck = new HashMap<>();
  private final Map<Disturbance, List<Long>> recovered = new TreeMap<>();
  private int made;
  private int finished;

  private record Struck(Disturbance by, long atNanos) {}

  /** {@code store} is the jobs' way to it. */
  Chaos(TestBed bed, Team team, Expectations expect, StoreGate store, Random random) {
    this.bed = bed;
    this.team = team;
    this.expect = expect;
    this.store = store;
    this.random = random;
  }

  /** Two single workers and a gang. */
  void begin() {
    jobs.add(another(1));
    jobs.add(another(1));
    jobs.add(another(2));
  }

  /** One more disturbance, of a job that has trained and saved since the last one. */
  void disturb() {
    var kind = Disturbance.any(random);
    var job = ready();
    System.err.println("chaos: " + kind + " " + job.name());
    struck.put(job.name(), new Struck(kind, System.nanoTime()));
    strike(kind, job);
  }

  /** Lets all jobs end undisturbed, and looks for what is left over. */
  void finish() {
    for (var job : jobs) conclude(job);
    for (var job : jobs) job.delete();
    for (var job : jobs) job.awaitNoCompute();
  }

  /** What was done, how often, and the longest time until the job trained and saved again. */
  String report() {
    var lines =
        new StringBuilder("| disturbance | times | longest until a newer checkpoint, s |\n");
    lines.append("| --- | --- | --- |\n");
    recovered.forEach(
        (kind, millis) ->
            lines.append(
                "| %s | %d | %.1f |%n"
                    .formatted(
                        kind.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        millis.size(),
                        Collections.max(millis) / 1000.0)));
    return lines
        .append("\n%d jobs ended, each with the bits of an undisturbed run.%n".formatted(finished))
        .toString();
  }

  private JobHandle another(int workers) {
    return team.create(
        JobManifest.digits("chaos-" + ++made)
            .anywhere()
            .through(store)
            .with("spec.workers", workers)
            .with("spec.checkpoint.every.steps", 50)
            .with("spec.restarts.limit", 1000)
            .with("spec.restarts.backoff", "1s"));
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
    Collections.shuffle(jobs, random);
    for (var job : List.copyOf(jobs)) {
      var now = job.now();
      audit(job, now);
      if (phase(now).equals("Succeeded")) {
        conclude(job);
        jobs.set(jobs.indexOf(job), another(workers(now)));
      } else if (trainedAndSaved(now)) {
        recovered(job);
        return Optional.of(job);
      }
    }
    return Optional.empty();
  }

  private void conclude(JobHandle job) {
    expect.undisturbedResult(team, job);
    audit(job, job.now());
    recovered(job);
    finished++;
  }

  private void recovered(JobHandle job) {
    var last = struck.remove(job.name());
    if (last == null) return;
    recovered
        .computeIfAbsent(last.by(), _ -> new ArrayList<>())
        .add((System.nanoTime() - last.atNanos()) / 1_000_000);
  }

  private void audit(JobHandle job, JsonNode now) {
    assertThat(phase(now)).as(() -> now.at("/status").toPrettyString()).isNotEqualTo("Failed");
    var proof = JobHandle.condition(now, "ResumeProven");
    assertThat(proof.path("status").asText()).as(proof::toPrettyString).isNotEqualTo("False");
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
        bed.killOperator();
        pausedAndResumed(job);
      }
      case PAUSE_WHILE_THE_STORE_HANGS -> {
        try (var _ = store.freeze()) {
          job.pause();
          job.await("the pause is noticed", now -> !phase(now).equals("Running"));
        }
        pausedAndResumed(job);
      }
      case PAUSE_WHILE_A_NODE_HANGS -> {
        try (var _ = bed.freezeNode(NODE)) {
          job.pause();
          job.await("the pause is noticed", now -> !phase(now).equals("Running"));
        }
        pausedAndResumed(job);
      }
      case OPERATOR_KILLED -> bed.killOperator();
      case AGENT_KILLED -> kill(job, "agent");
      case TRAINER_KILLED -> kill(job, "trainer");
      case POD_EVICTED -> anyPod(job).ifPresent(team::evict);
      case POD_DELETED -> anyPod(job).ifPresent(pod -> team.client().resource(pod).delete());
      case CHILD_JOB_DELETED -> {
        var name = job.status("/run/job").asText();
        team.client().batch().v1().jobs().inNamespace(team.namespace()).withName(name).delete();
      }
      case NODE_ANNOUNCES_ITS_END -> {
        var run = job.status("/run/number").asLong();
        var concerned =
            job.pods().stream().anyMatch(pod -> NODE.equals(pod.getSpec().getNodeName()));
        try (var _ = bed.taint(NODE, "karpenter.sh/disrupted")) {
          if (concerned)
            job.await(
                "it leaves",
                now ->
                    now.at("/status/run/number").asLong() > run || phase(now).equals("Succeeded"));
        }
      }
    }
  }

  /** It may have finished before the pause could begin. */
  private void pausedAndResumed(JobHandle job) {
    var now =
        job.await(
            "the pause",
            PATIENCE,
            seen -> phase(seen).equals("Paused") || phase(seen).equals("Succeeded"));
    if (phase(now).equals("Paused")) {
      var step = team.committed(job).step();
      assertThat(now.at("/status/pause/receipt/step").asLong()).isEqualTo(step);
      assertThat(step).isGreaterThanOrEqualTo(newest(job));
    }
    job.unpause();
  }

  private void kill(JobHandle job, String container) {
    anyPod(job).flatMap(pod -> HostProcess.find(pod, container)).ifPresent(HostProcess::kill);
  }

  private Optional<Pod> anyPod(JobHandle job) {
    var pods = new ArrayList<>(job.pods());
    Collections.shuffle(pods, random);
    return pods.stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .findFirst();
  }

  private static boolean trainedAndSaved(JsonNode now) {
    return phase(now).equals("Running")
        && now.at("/status/checkpoint/step").asLong()
            > now.at("/status/run/resumedFrom/step").asLong();
  }

  private static String phase(JsonNode now) {
    return now.at("/status/phase").asText();
  }

  private static int workers(JsonNode now) {
    return now.at("/spec/workers").asInt(1);
  }
}
