package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.TrainingJobSpec;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.control.AgentStatus;
import dev.intermission.control.Progress;
import dev.intermission.control.Restored;
import dev.intermission.control.SaveAnswer;
import dev.intermission.control.SaveState;
import dev.intermission.control.SessionStart;
import dev.intermission.operator.plan.observation.Agents;
import dev.intermission.operator.plan.observation.ChildJob;
import dev.intermission.operator.plan.observation.Cluster;
import dev.intermission.operator.plan.observation.Observation;
import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.Storage;
import dev.intermission.operator.plan.observation.Subject;
import dev.intermission.operator.plan.observation.TemplateCheck;
import dev.intermission.operator.plan.observation.Worker;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** A gang of which only the workers and their agents matter. */
final class TestingGang {

  private TestingGang() {}

  static Pass pass(
      TrainingJobStatus status,
      int size,
      List<Worker> workers,
      Map<String, Agents.Report> reports,
      Instant now) {
    var spec = TrainingJobSpec.of(new PodTemplateSpec()).withWorkers(size);
    return new Pass(spec, status, seen(List.of(), workers, reports), now, Pace.LIVELY);
  }

  /** The same, with these Jobs and silent agents. */
  static Pass pass(
      TrainingJobStatus status, int size, List<ChildJob> jobs, List<Worker> workers, Instant now) {
    var spec = TrainingJobSpec.of(new PodTemplateSpec()).withWorkers(size);
    return new Pass(spec, status, seen(jobs, workers, Map.of()), now, Pace.LIVELY);
  }

  /** What a rank's pod is, how far its trainer came and how fast, and how long ago it said so. */
  record Rank(
      long step, boolean draining, boolean holds, Optional<Double> stepsPerSecond, Duration ago) {

    static Rank drained(long step) {
      return rank(step, true, false);
    }

    static Rank training(long step) {
      return rank(step, false, false);
    }

    static Rank held(long step) {
      return rank(step, false, true);
    }

    Rank at(double stepsEachSecond) {
      return new Rank(step, draining, holds, Optional.of(stepsEachSecond), ago);
    }

    Rank heard(Duration before) {
      return new Rank(step, draining, holds, stepsPerSecond, before);
    }

    private static Rank rank(long step, boolean draining, boolean holds) {
      return new Rank(step, draining, holds, Optional.empty(), Duration.ZERO);
    }
  }

  /** What a rank has answered to this request for so long, and at which step it was. */
  record Said(long id, SaveState state, Optional<Long> step, Duration lasting) {

    Said(long id, SaveState state, Optional<Long> step) {
      this(id, state, step, Duration.ZERO);
    }
  }

  /** Ranks that were heard now, those that {@code said} something also about a save. */
  static Pass pass(
      TrainingJobSpec spec,
      TrainingJobStatus status,
      List<Rank> ranks,
      Map<Integer, Said> said,
      Instant now) {
    var run = status.run().orElseThrow().number();
    var workers =
        IntStream.range(0, ranks.size())
            .mapToObj(rank -> worker(run, rank, ranks.get(rank), now))
            .toList();
    var reports = new HashMap<String, Agents.Report>();
    for (var rank = 0; rank < ranks.size(); rank++)
      reports.put(
          "uid-" + rank,
          report(run, rank, ranks.get(rank), Optional.ofNullable(said.get(rank)), now));
    return new Pass(
        spec.withWorkers(ranks.size()),
        status,
        seen(List.of(), workers, reports),
        now,
        Pace.LIVELY);
  }

  private static Worker worker(long run, int rank, Rank kind, Instant now) {
    var until = Optional.of(now.plusSeconds(60)).filter(_ -> kind.draining());
    return worker(
        run,
        rank,
        new Worker.PodState(Worker.Phase.RUNNING, until, Optional.empty()),
        List.of(new Worker.Container(Worker.TRAINER, new Worker.ContainerState.Running(now))));
  }

  /** On a node that answers, with the uid by which its reports are found. */
  static Worker worker(
      long run, int rank, Worker.PodState state, List<Worker.Container> containers) {
    var node = new Worker.Node("node1", Worker.Readiness.READY, Instant.EPOCH);
    return new Worker(
        new Worker.Id(run, rank, "digits-" + run + "-" + rank, "uid-" + rank),
        new Worker.Placement.OnNode(node, Optional.of("10.0.0." + rank)),
        state,
        containers);
  }

  private static Agents.Report report(
      long run, int rank, Rank kind, Optional<Said> said, Instant now) {
    var progress =
        new Progress(
            kind.step(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            now,
            false,
            Optional.of(1L),
            kind.stepsPerSecond());
    var status = trains(run, rank, progress, kind.holds());
    var save =
        said.map(
            answer ->
                new Seen<>(
                    new SaveAnswer(
                        "uid-" + rank,
                        "n",
                        answer.id(),
                        answer.state(),
                        answer.step(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                    now));
    return new Agents.Report(
        Optional.of(new Seen<>(status, now.minus(kind.ago()))),
        save,
        said.map(answer -> now.minus(answer.lasting())),
        Optional.empty());
  }

  /** What the agent of a rank says whose trainer has what it resumed from. */
  static AgentStatus trains(long run, int rank, Progress progress, boolean holds) {
    return status(
        run, rank, Restored.State.RESTORED, Optional.of(progress), holds, Optional.empty());
  }

  /** What the agent of a rank says that was asked for nothing and has saved nothing. */
  static AgentStatus status(
      long run,
      int rank,
      Restored.State restored,
      Optional<Progress> progress,
      boolean holds,
      Optional<SessionStart> session) {
    return new AgentStatus(
        "uid-" + rank,
        "n",
        run,
        rank,
        new Restored(restored, Optional.empty(), Optional.empty()),
        progress,
        Optional.empty(),
        Optional.empty(),
        holds,
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        session,
        Optional.empty());
  }

  private static Observation seen(
      List<ChildJob> jobs, List<Worker> workers, Map<String, Agents.Report> reports) {
    return new Observation(
        new Subject(TestingWorld.JOB, 1, "s3://bucket/"),
        new TemplateCheck("f", Optional.empty()),
        new Cluster(jobs, workers),
        new Agents(reports),
        Storage.UNSEEN);
  }
}
