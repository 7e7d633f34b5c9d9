package dev.intermission.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.intermission.api.v1alpha1.CheckpointSpec;
import dev.intermission.api.v1alpha1.Every;
import dev.intermission.api.v1alpha1.OnDelete;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.ResumeFrom;
import dev.intermission.api.v1alpha1.RollbackStatus;
import dev.intermission.api.v1alpha1.TrainingJobSpec;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.checkpoint.layout.FencingToken;
import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.manifest.Manifest;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.manifest.Part;
import dev.intermission.checkpoint.protocol.Head;
import dev.intermission.checkpoint.protocol.HeadSnapshot;
import dev.intermission.checkpoint.protocol.Rollback;
import dev.intermission.checkpoint.protocol.Seal;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.checkpoint.verify.Verification;
import dev.intermission.checkpoint.verify.Verification.Defective;
import dev.intermission.control.AgentStatus;
import dev.intermission.control.Problem;
import dev.intermission.control.Progress;
import dev.intermission.control.Restored;
import dev.intermission.control.SaveAnswer;
import dev.intermission.control.SaveCommand;
import dev.intermission.control.SaveState;
import dev.intermission.control.SavedManifest;
import dev.intermission.operator.plan.TestingDeletion.Cascade;
import dev.intermission.operator.plan.observation.Agents;
import dev.intermission.operator.plan.observation.ChildJob;
import dev.intermission.operator.plan.observation.Cluster;
import dev.intermission.operator.plan.observation.Lifetime;
import dev.intermission.operator.plan.observation.Observation;
import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.Sought;
import dev.intermission.operator.plan.observation.Storage;
import dev.intermission.operator.plan.observation.Subject;
import dev.intermission.operator.plan.observation.TemplateCheck;
import dev.intermission.operator.plan.observation.Worker;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A cluster, an S3 with compare-and-swap, agents and trainers in memory, in the spirit of
 * spec/model.py. What the operator's process knows (HEAD as read, verifications, answers) is lost
 * by {@link #operatorDies}; everything else is the world and stays.
 */
final class TestingWorld {

  static final JobKey JOB = new JobKey("team", "digits", "uid-1");
  static final long TOTAL_STEPS = 30;

  /** Where the other job's checkpoint lies that a fork begins from; it is one of step 4. */
  static final String OTHERS = "s3://b/p/team/other/uid-9/manifests/m.json";

  private static final long EVERY = 4;

  TrainingJobSpec spec = TrainingJobSpec.of(new PodTemplateSpec());
  TrainingJobStatus status = TrainingJobStatus.initial();
  Instant now = Instant.parse("2026-11-24T00:00:00Z");
  Optional<HeadSnapshot> head = Optional.empty();
  boolean storageDown;
  int effects;
  int cutAt = Integer.MAX_VALUE;
  int podsStarted;
  int looks;
  int damageNext;
  long generation = 1;
  private int image = 1;

  /** How often HEAD went to a checkpoint that somebody asked for. */
  int rollbacks;

  /** What becomes of the job when somebody deletes it. */
  final TestingDeletion deletion = new TestingDeletion(this);

  /** The step that HEAD named before the last of them. */
  long leftBehind;

  /** Steps that were made, also those that were made again. */
  int stepsMade;

  /** Checkpoints that were committed, and trainers that came to hold. */
  int commits;

  int holds;

  /** The status write of this number meets a conflict: the plan is forgotten. */
  int conflictAt = Integer.MAX_VALUE;

  /** The caches are one pass behind; what is on record is looked up live, as the observer does. */
  boolean stale;

  /** The pass of this number sees the job as it was so many versions ago. */
  int outdatedAt = Integer.MAX_VALUE;

  int versionsBehind = 1;

  /** The action of this number is done again, after so many seconds: its answer was lost. */
  int repeatedAt = Integer.MAX_VALUE;

  int repeatedAfter;

  /** Status writes that were tried, and actions that were done. */
  int writes;

  int acts;

  /** Seconds that pods take to end when they are released; none: they are gone at once. */
  int slowToGo;

  /** What happens to the first pod that reaches step {@link #trouble}'s {@code at}. */
  Optional<Trouble> trouble = Optional.empty();

  /** A disturbance of one pod, once. */
  record Trouble(Kind kind, long at) {
    enum Kind {
      /** The trainer ends with exit code 1. */
      FAILS,
      /** The trainer ends with exit code 0 and is not finished. */
      EXITS,
      /** Evicted by the API, without notice. */
      EVICTED,
      /** Its node is gone; it wakes up as a zombie when its successor begins. */
      NODE_LOST,
      /** Its node announces its end. */
      NODE_LEAVES,
      /** Somebody deletes the child Job with its pod. */
      JOB_DELETED,
      /** The same, and the pod gets the time to save. */
      JOB_DELETED_GENTLY,
      /** Its trainer hangs, and its agent answers nothing any more. */
      HANGS
    }
  }

  /** Jobs are made suspended, and wait until they are admitted. */
  boolean queue;

  /** Trainers that begin from a checkpoint of this step fail before they make one. */
  Optional<Long> poison = Optional.empty();

  /** And those from any other, too. */
  boolean poisonEverything;

  /** Events in the order in which they were told, as far as the operator lived to tell them. */
  final List<JobEvent> told = new ArrayList<>();

  final Map<Long, ChildJob> jobs = new TreeMap<>();
  final Map<Long, Pod> pods = new TreeMap<>();
  final Map<String, Manifest> manifests = new HashMap<>();
  private final Map<String, ManifestRef> refs = new HashMap<>();
  final Set<String> damaged = new HashSet<>();
  final Set<String> quarantined = new HashSet<>();

  /** What a collector is about to delete although it is whole. */
  final Set<String> going = new HashSet<>();

  private final Planner planner = new Planner(Pace.LIVELY);
  private final List<Version> versions = new ArrayList<>();
  private final List<Repeat> repeats = new ArrayList<>();
  private int etags;
  private Cluster cached = Cluster.EMPTY;
  private int jumpAtTick = -1;
  private Duration jump = Duration.ZERO;
  int ticks;

  // the operator's memory
  private Optional<Seen<Storage.HeadReading>> headRead = Optional.empty();
  private Optional<Seen<Problem>> storageProblem = Optional.empty();
  private Optional<TemplateCheck.Verdict> verdict = Optional.empty();
  private final Map<String, Storage.Check> checks = new HashMap<>();
  private final Map<String, Agents.Report> reports = new HashMap<>();
  private Optional<Instant> nodeSeenLost = Optional.empty();
  private Optional<Sought> sought = Optional.empty();

  /** The job as the API server has or had it. */
  private record Version(
      TrainingJobSpec spec,
      int image,
      TrainingJobStatus status,
      long generation,
      Lifetime lifetime) {}

  /** An action that is done once more, at that time. */
  private record Repeat(Action action, Instant at) {}

  /** A trainer with its agent. */
  static final class Pod {
    final long run;
    final String uid;
    final long from;
    String etag = "";
    boolean claimed;
    boolean fenced;
    boolean failed;
    boolean exited;
    boolean evicted;
    boolean lost;
    boolean leaving;
    boolean deaf;
    boolean sentAway;
    int secondsLeft = 3;
    boolean finished;
    long memory;
    long asked;
    long newestRequest;
    long continued;
    long held;

    /** Of a request to a gang: at which step, and whether to hold there. */
    Optional<Long> at = Optional.empty();

    boolean trainsOn;
    long missed;
    long saved;

    Pod(long run, String uid, long from) {
      this.run = run;
      this.uid = uid;
      this.from = from;
      this.memory = from;
    }

    boolean training() {
      return claimed && !fenced && !deaf && !ended() && held == 0;
    }

    boolean ended() {
      return failed || exited || evicted || finished;
    }

    void hears(SaveCommand command) {
      if (command.id() <= newestRequest) return; // each is taken once, as agents do
      asked = command.id();
      newestRequest = asked;
      at = command.at();
      trainsOn = !command.hold();
      if (at.filter(step -> step <= memory).isPresent()) missed = asked;
    }

    /** What it was asked is over. */
    void goesOn() {
      continued = Math.max(continued, asked);
      asked = 0;
      saved = 0;
      missed = 0;
    }

    /** Whether the boundary after its newest step is the one that it was asked to save. */
    boolean answersNow() {
      return asked != 0
          && asked != missed
          && asked != saved
          && at.filter(step -> step != memory).isEmpty();
    }
  }

  void operatorDies() {
    headRead = Optional.empty();
    storageProblem = Optional.empty();
    verdict = Optional.empty();
    checks.clear();
    reports.clear();
    nodeSeenLost = Optional.empty();
    sought = Optional.empty();
    deletion.operatorDies();
  }

  /** The operator's next process has a clock that is ahead by so much, or behind. */
  void clockJumps(Duration by) {
    now = now.plus(by);
    operatorDies();
  }

  /** One pass of the operator, cut where the test says, and then one second of the world. */
  Plan tick() {
    changed();
    var plan = deletion.gone ? new Plan(status, List.of(), List.of(), Optional.empty()) : pass();
    now = now.plusSeconds(1);
    ticks++;
    repeats.stream().filter(due -> !due.at().isAfter(now)).forEach(due -> act(due.action()));
    repeats.removeIf(due -> !due.at().isAfter(now));
    List.copyOf(pods.values()).forEach(this::train);
    deletion.second();
    return plan;
  }

  private Plan pass() {
    var job = versions.get(outdated());
    var live = job == versions.getLast();
    var seen = observe(job);
    var plan = planner.plan(job.spec(), job.status(), seen, now);
    Invariants.settled(plan, planner.plan(job.spec(), plan.status(), seen, now));
    var died = effect();
    var changes = !plan.status().equals(job.status());
    var conflict = changes && (++writes == conflictAt || !live);
    if (!died && !conflict) {
      if (live) Invariants.recorded(this, status, plan.status());
      if (changes) status = plan.status();
      told.addAll(plan.events());
    }
    for (var action : plan.actions()) {
      if (conflict) break;
      if (died || effect()) {
        operatorDies();
        break;
      }
      if (!live && isRefused(action, job)) continue;
      act(action);
      if (++acts != repeatedAt) continue;
      if (repeatedAfter == 0) act(action);
      else repeats.add(new Repeat(action, now.plusSeconds(repeatedAfter)));
    }
    return plan;
  }

  /** What the API server or the executor does not do for a job that changed meanwhile. */
  private boolean isRefused(Action action, Version job) {
    return action instanceof Action.DeleteTrainingJob
        || action instanceof Action.LetGo && job.generation() != generation;
  }

  private int outdated() {
    var behind = ticks == outdatedAt ? versionsBehind : 0;
    return Math.max(0, versions.size() - 1 - behind);
  }

  /** The job has another resourceVersion, if it is not what it was. */
  void changed() {
    var version = new Version(spec, image, status, generation, deletion.lifetime());
    if (versions.isEmpty() || !versions.getLast().equals(version)) versions.add(version);
  }

  private boolean effect() {
    return ++effects == cutAt;
  }

  Observation observe() {
    return observe(new Version(spec, image, status, generation, deletion.lifetime()));
  }

  private Observation observe(Version job) {
    var workers = pods.values().stream().map(this::worker).toList();
    var live = new Cluster(List.copyOf(jobs.values()), workers);
    var shown = stale ? behind(live) : live;
    cached = live;
    return new Observation(
        new Subject(JOB, job.generation(), "s3://bucket/team/digits/uid-1/", job.lifetime()),
        new TemplateCheck(template(job.spec(), job.image()), verdict),
        shown,
        new Agents(reports),
        new Storage(headRead, storageProblem, checks, deletion.upkeep(), sought));
  }

  /** What the caches showed a pass ago; the recorded Job is believed gone only if it is. */
  private Cluster behind(Cluster live) {
    var recorded = status.run().flatMap(run -> live.childJob(run.number()));
    var childJobs = new ArrayList<>(cached.childJobs());
    recorded
        .filter(job -> cached.childJob(job.run()).isEmpty())
        .filter(job -> status.run().flatMap(run -> run.jobUid()).isPresent())
        .ifPresent(childJobs::add);
    return new Cluster(childJobs, cached.workers());
  }

  private Worker.Node node(Pod pod) {
    if (!pod.lost) {
      var taint = Optional.of("karpenter.sh/disrupted").filter(_ -> pod.leaving);
      return new Worker.Node("node", Worker.Readiness.READY, Instant.EPOCH, taint);
    }
    nodeSeenLost = nodeSeenLost.or(() -> Optional.of(now));
    return new Worker.Node("node", Worker.Readiness.NOT_READY, nodeSeenLost.get());
  }

  private Worker worker(Pod pod) {
    var bad = pod.failed || pod.evicted;
    var good = pod.finished || pod.exited;
    var phase = bad ? Worker.Phase.FAILED : good ? Worker.Phase.SUCCEEDED : Worker.Phase.RUNNING;
    Worker.ContainerState trainer =
        bad
            ? new Worker.ContainerState.Ended(1, "Error", now)
            : good
                ? new Worker.ContainerState.Ended(0, "Completed", now)
                : new Worker.ContainerState.Running(now);
    var disruption =
        pod.evicted
            ? Optional.of(new Worker.Disruption("EvictionByEvictionAPI", "drained"))
            : Optional.<Worker.Disruption>empty();
    return new Worker(
        new Worker.Id(pod.run, 0, "digits-" + pod.run + "-0", pod.uid),
        new Worker.Placement.OnNode(node(pod), Optional.of("10.0.0.1")),
        new Worker.PodState(
            phase, Optional.of(now.plusSeconds(120)).filter(_ -> pod.sentAway), disruption),
        List.of(new Worker.Container(Worker.TRAINER, trainer)));
  }

  private void act(Action action) {
    switch (action) {
      case Action.DryRunTemplate() -> verdict = Optional.of(new TemplateCheck.Verdict.Accepted());
      case Action.EnsureService() -> {}
      case Action.CreateChildJob(var run, _, _) -> create(run);
      case Action.ReleasePods(var run, _) -> {
        Invariants.released(this, run);
        sendAway(run);
      }
      case Action.DeleteChildJob(var run) -> {
        Invariants.released(this, run);
        jobs.remove(run);
        deletion.childJobDeleted(run);
        sendAway(run);
      }
      case Action.ReadHead() -> store(() -> readHead());
      case Action.SealHead(var expected, var run, var rollback) ->
          store(
              () -> {
                var next = rollback.map(to -> to.to()).or(() -> headManifest(expected));
                if (next.filter(ref -> quarantined.contains(ref.name())).isPresent()) {
                  refuse(next.get());
                  return;
                }
                if (head.equals(expected)) {
                  var old = head.map(HeadSnapshot::head).orElse(Head.NONE);
                  var applied =
                      rollback.filter(to -> !old.rolledBack().equals(Optional.of(to.id())));
                  if (applied.isPresent()) {
                    rollbacks++;
                    leftBehind = old.step();
                  }
                  swap(
                      new Head(
                          run,
                          old.writerEpoch() + 1,
                          old.seq(),
                          Optional.empty(),
                          applied.map(Rollback::to).or(old::manifest),
                          applied.map(Rollback::id).or(old::rolledBack)));
                }
                readHead();
              });
      case Action.QuarantineCheckpoint(var manifest, _) ->
          store(
              () -> {
                quarantined.add(manifest.name());
                refuse(manifest);
              });
      case Action.LeaveCheckpoint(var expected, var run, var to) ->
          store(
              () -> {
                if (going.contains(to.name())) {
                  checks.put(to.name(), Storage.Check.going("it is gone", now));
                  return;
                }
                Invariants.left(this, to);
                if (head.equals(Optional.of(expected))) {
                  var old = expected.head();
                  swap(
                      new Head(
                          run,
                          old.writerEpoch() + 1,
                          old.seq(),
                          Optional.empty(),
                          Optional.of(to),
                          old.rolledBack()));
                }
                readHead();
              });
      case Action.VerifyCheckpoint(var manifest, var mode, _) ->
          store(() -> verify(manifest, mode));
      case Action.PollStatus(var run) ->
          pods.values().stream().filter(pod -> pod.run == run).forEach(this::answerStatus);
      case Action.SendRoster _ -> throw new AssertionError("a single worker needs no roster");
      case Action.AskToSave(var run, var command) ->
          pods.values().stream()
              .filter(pod -> pod.run == run)
              .forEach(
                  pod -> {
                    if (pod.deaf || pod.lost) {
                      answerStatus(pod);
                      return;
                    }
                    pod.hears(command);
                    if (pod.held != 0 && pod.held < pod.asked) unhold(pod);
                    answerSave(pod, command.id());
                  });
      case Action.PollSave(var run, var id) ->
          pods.values().stream().filter(pod -> pod.run == run).forEach(pod -> answerSave(pod, id));
      case Action.ContinueTraining(var run, var command) ->
          pods.values().stream()
              .filter(pod -> pod.run == run)
              .forEach(
                  pod -> {
                    if (pod.asked <= command.id()) {
                      pod.goesOn();
                      unhold(pod);
                    }
                    answerStatus(pod);
                  });
      case Action.SeekCheckpoint wish -> store(() -> seek(wish));
      case Action.ReleaseOrigin(_, var origin) -> {
        assertThat(status.resumeFrom().flatMap(RollbackStatus::origin))
            .as("an origin is let go once the copy is on record")
            .contains(origin);
      }
      case Action.SweepRetention _ -> {}
      case Action.DeleteTrainingJob() -> deletion.delete(Cascade.BACKGROUND);
      case Action.HoldDeletion() -> deletion.hold();
      case Action.LetGo(var end) -> deletion.letGo(end);
      case Action.PurgeCheckpoints() -> store(deletion::purge);
    }
  }

  private void store(Runnable call) {
    storageProblem =
        storageDown
            ? Optional.of(
                new Seen<>(new Problem("EndpointUnreachable", "S3 does not answer."), now))
            : Optional.empty();
    if (!storageDown) call.run();
  }

  private static Optional<ManifestRef> headManifest(Optional<HeadSnapshot> snapshot) {
    return snapshot.flatMap(seen -> seen.head().manifest());
  }

  /** What the operator learns of a quarantined manifest: that it is, and what it knew before. */
  private void refuse(ManifestRef ref) {
    checks.compute(
        ref.name(),
        (_, known) ->
            known == null || !known.defective()
                ? Storage.Check.quarantined("a chunk is gone", now)
                : known.withQuarantine("a chunk is gone"));
  }

  private void readHead() {
    headManifest(head).filter(ref -> quarantined.contains(ref.name())).ifPresent(this::refuse);
    headRead =
        Optional.of(new Seen<>(new Storage.HeadReading(head, head.isEmpty() && trained()), now));
  }

  private boolean trained() {
    return refs.values().stream()
        .anyMatch(ref -> !ref.token().equals(Seal.token(Optional.empty(), 1)));
  }

  private void swap(Head next) {
    head = Optional.of(new HeadSnapshot(next, "etag-" + ++etags));
  }

  private void verify(ManifestRef ref, Mode mode) {
    looks++;
    var before = Optional.ofNullable(checks.get(ref.name()));
    if (damaged.contains(ref.name()) || quarantined.contains(ref.name())) {
      var back = fallback(ref);
      var same = before.filter(known -> known.fallback().equals(back));
      var since = same.flatMap(Storage.Check::defectiveSince).or(() -> Optional.of(now));
      var found = new Storage.Check(new Defective("a chunk is gone", "Damaged"), now, since, back);
      checks.put(ref.name(), found);
      if (quarantined.contains(ref.name())) refuse(ref);
      return;
    }
    var verified =
        new Verification.Verified(manifests.get(ref.name()), mode, 14, 1000, Duration.ofMillis(5));
    checks.put(ref.name(), new Storage.Check(verified, now, Optional.empty(), Optional.empty()));
  }

  private Optional<ManifestRef> fallback(ManifestRef ref) {
    var next = manifests.get(ref.name()).parent();
    while (next.isPresent()) {
      var name = next.get().name();
      if (Stream.of(damaged, quarantined, going).noneMatch(bad -> bad.contains(name))) return next;
      next = manifests.get(name).parent();
    }
    return next;
  }

  private void seek(Action.SeekCheckpoint wish) {
    if (wish.from().job().isPresent()) {
      var result = new Sought.Result.Found(copied(wish), Optional.of(OTHERS));
      sought = Optional.of(new Sought(wish.wish(), new Seen<>(result, now)));
      return;
    }
    var found =
        manifests.keySet().stream()
            .filter(name -> ManifestRef.stepOf(name) == wish.from().step().orElseThrow())
            .max(Comparator.naturalOrder())
            .map(refs::get);
    Sought.Result result =
        found
            .<Sought.Result>map(ref -> new Sought.Result.Found(ref, Optional.empty()))
            .orElseGet(
                () ->
                    new Sought.Result.Refused(
                        new Problem("NoSuchCheckpoint", "spec.resumeFrom.step: none.")));
    sought = Optional.of(new Sought(wish.wish(), new Seen<>(result, now)));
  }

  /** As a fork does it: equal for equal arguments, under the token of the seal that is next. */
  private ManifestRef copied(Action.SeekCheckpoint wish) {
    var token = Seal.token(wish.verified(), wish.run());
    var ref = ManifestRef.of(4, token, "f".repeat(64));
    var part =
        new Part(0, "pod-of-other", List.of(), List.of(), JsonNodeFactory.instance.objectNode());
    refs.put(ref.name(), ref);
    manifests.put(
        ref.name(),
        new Manifest(
            1, JOB, 4, token, Optional.empty(), false, 1, Optional.empty(), now, List.of(part)));
    return ref;
  }

  private void create(long run) {
    if (jobs.containsKey(run)) return;
    var state = queue ? ChildJob.State.SUSPENDED : ChildJob.State.ACTIVE;
    jobs.put(run, new ChildJob(run, "job-" + run, now, spec(), state, Optional.empty()));
    if (!queue) begin(run);
  }

  private void sendAway(long run) {
    var pod = pods.get(run);
    if (pod == null) return;
    if (slowToGo == 0 || pod.lost) pods.remove(run);
    else if (!pod.sentAway) {
      pod.sentAway = true;
      pod.secondsLeft = slowToGo;
    }
  }

  /** The garbage collector deletes what the job owns; its pods get the time to save. */
  void childrenGo(Set<Long> butThese) {
    jobs.keySet().retainAll(butThese);
    pods.values().removeIf(pod -> pod.ended() && !butThese.contains(pod.run));
    pods.values().stream()
        .filter(pod -> !butThese.contains(pod.run))
        .forEach(pod -> pod.sentAway = true);
  }

  /** The manifest is deleted from the store. */
  void forget(String manifest) {
    manifests.remove(manifest);
    refs.remove(manifest);
  }

  private void begin(long run) {
    pods.put(
        run,
        new Pod(
            run,
            "pod-" + ++podsStarted,
            head.map(seen -> Math.max(0, seen.head().step())).orElse(0L)));
  }

  /** A queue wants its quota back: the Job controller deletes the pods. */
  void suspend() {
    jobs.replaceAll((_, job) -> in(job, ChildJob.State.SUSPENDED));
    pods.values().forEach(pod -> pod.sentAway = true);
  }

  /** The queue lets them begin, or go on: those of which no pod is left. */
  void admit() {
    for (var job : List.copyOf(jobs.values())) {
      if (job.state() != ChildJob.State.SUSPENDED || pods.containsKey(job.run())) continue;
      jobs.put(job.run(), in(job, ChildJob.State.ACTIVE));
      begin(job.run());
    }
  }

  private static ChildJob in(ChildJob job, ChildJob.State state) {
    return new ChildJob(
        job.run(), job.uid(), job.createdAt(), job.fingerprint(), state, job.complaint());
  }

  private void answerStatus(Pod pod) {
    if (pod.ended() || pod.lost || pod.deaf) {
      var gone = new Problem("AgentUnreachable", "connection refused");
      reports.merge(
          pod.uid,
          new Agents.Report(
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.of(new Seen<>(gone, now))),
          (old, fresh) ->
              new Agents.Report(old.status(), old.save(), old.saveSince(), fresh.failure()));
      return;
    }
    var progress =
        pod.memory > pod.from
            ? Optional.of(
                new Progress(
                    pod.memory,
                    Optional.of(TOTAL_STEPS),
                    Optional.empty(),
                    Map.of("loss", 0.1),
                    now,
                    pod.finished,
                    Optional.of(pod.from + 1),
                    Optional.empty()))
            : Optional.<Progress>empty();
    var state = pod.claimed ? Restored.State.RESTORED : Restored.State.WAITING_FOR_SEAL;
    var newest =
        pod.claimed
            ? head.flatMap(seen -> seen.head().manifest())
                .map(ref -> new SavedManifest(ref.name(), ref.sha256()))
            : Optional.<SavedManifest>empty();
    var answer =
        new AgentStatus(
            pod.uid,
            "n",
            pod.run,
            0,
            new Restored(state, Optional.of(pod.from), Optional.empty()),
            progress,
            newest,
            Optional.empty(),
            pod.held != 0,
            pod.fenced,
            Optional.empty(),
            Optional.empty(),
            Optional.of("exact"),
            Optional.empty(),
            Optional.of(pod.newestRequest).filter(id -> id > 0));
    reports.merge(
        pod.uid,
        new Agents.Report(
            Optional.of(new Seen<>(answer, now)),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()),
        (old, fresh) ->
            new Agents.Report(fresh.status(), old.save(), old.saveSince(), Optional.empty()));
  }

  private void answerSave(Pod pod, long id) {
    if (pod.ended() || pod.lost || pod.deaf) {
      answerStatus(pod);
      return;
    }
    var state =
        pod.fenced
            ? SaveState.FENCED
            : pod.newestRequest > id
                ? SaveState.SUPERSEDED
                : pod.continued == id
                    ? SaveState.CONTINUED
                    : pod.held == id
                        ? SaveState.HELD
                        : pod.missed == id
                            ? SaveState.MISSED
                            : pod.saved == id ? SaveState.DURABLE : SaveState.PENDING;
    var manifest =
        state == SaveState.HELD || state == SaveState.DURABLE
            ? head.flatMap(seen -> seen.head().manifest())
                .map(ref -> new SavedManifest(ref.name(), ref.sha256()))
            : Optional.<SavedManifest>empty();
    var answer =
        new SaveAnswer(
            pod.uid,
            "n",
            id,
            state,
            Optional.of(pod.memory),
            manifest,
            head.map(seen -> seen.head().seq()),
            Optional.empty());
    reports.merge(
        pod.uid,
        new Agents.Report(
            Optional.empty(),
            Optional.of(new Seen<>(answer, now)),
            Optional.of(now),
            Optional.empty()),
        (old, fresh) ->
            new Agents.Report(old.status(), fresh.save(), fresh.saveSince(), Optional.empty()));
  }

  /** Whether the operator heard that the trainer of this run waits. */
  boolean heardHeld(long run) {
    return Optional.ofNullable(pods.get(run)).map(pod -> reports.get(pod.uid)).stream()
        .flatMap(report -> report.save().stream())
        .anyMatch(answer -> answer.value().state() == SaveState.HELD);
  }

  /** Another operator decided that the run is over, and died before it recorded anything. */
  void sealedByAnother() {
    var old = head.get().head();
    swap(
        new Head(
            old.run() + 1,
            old.writerEpoch() + 1,
            old.seq(),
            Optional.empty(),
            old.manifest(),
            old.rolledBack()));
    readHead();
  }

  /** The lease of a hold runs out, and nobody tells the operator. */
  void holdEnds(long run) {
    pods.get(run).goesOn();
    unhold(pods.get(run));
  }

  private void unhold(Pod pod) {
    if (pod.held == 0 || head.isEmpty() || !head.get().etag().equals(pod.etag)) return;
    var old = head.get().head();
    swap(
        new Head(
            old.run(),
            old.writerEpoch(),
            old.seq() + 1,
            old.pod(),
            old.manifest(),
            old.rolledBack()));
    pod.etag = head.get().etag();
    pod.held = 0;
  }

  private void train(Pod pod) {
    var canSave = !storageDown && head.isPresent();
    if (pod.sentAway && !pod.lost) { // its hook saves, and then it goes
      if (canSave && pod.training() && holdsHead(pod) && pod.memory > head.get().head().step())
        commit(pod, false);
      if (--pod.secondsLeft == 0) pods.remove(pod.run);
      return;
    }
    if (!canSave) return;
    var seen = head.get().head();
    if (pod.lost && seen.run() == pod.run) return; // frozen; wakes when its successor is decided
    if (!pod.claimed && seen.run() == pod.run) {
      swap(
          new Head(
              pod.run,
              seen.writerEpoch() + 1,
              seen.seq(),
              Optional.of(pod.uid),
              seen.manifest(),
              seen.rolledBack()));
      pod.claimed = true;
      pod.etag = head.get().etag();
      return;
    }
    if (pod.claimed && !seen.pod().equals(Optional.of(pod.uid))) pod.fenced = pod.held == 0;
    if (!pod.training()) return;
    if (pod.memory == pod.from && isPoisoned(pod.from)) {
      pod.failed = true;
      return;
    }
    pod.memory++;
    stepsMade++;
    if (trouble.filter(planned -> planned.at() == pod.memory).isPresent()) {
      disturb(pod, trouble.get().kind());
      trouble = Optional.empty();
      if (!pod.training()) return;
    }
    var last = pod.memory >= TOTAL_STEPS;
    var answers = pod.answersNow();
    if (answers || last || pod.memory % EVERY == 0 && spec.workers() == 1) commit(pod, last);
    if (answers) pod.saved = pod.asked;
    if (last) pod.finished = true;
    else if (answers && !pod.trainsOn) hold(pod);
  }

  private boolean holdsHead(Pod pod) {
    return head.get().head().pod().equals(Optional.of(pod.uid));
  }

  private void hold(Pod pod) {
    pod.held = pod.asked;
    holds++;
  }

  private boolean isPoisoned(long step) {
    return poison.equals(Optional.of(step)) || poisonEverything && step > 0;
  }

  private void disturb(Pod pod, Trouble.Kind kind) {
    switch (kind) {
      case FAILS -> pod.failed = true;
      case EXITS -> pod.exited = true;
      case EVICTED -> pod.evicted = true;
      case NODE_LOST -> pod.lost = true;
      case NODE_LEAVES -> pod.leaving = true;
      case HANGS -> pod.deaf = true;
      case JOB_DELETED -> {
        jobs.remove(pod.run);
        pod.evicted = true;
      }
      case JOB_DELETED_GENTLY -> {
        jobs.remove(pod.run);
        pod.sentAway = true;
      }
    }
  }

  private void commit(Pod pod, boolean finished) {
    var old = head.get().head();
    var token = new FencingToken(old.run(), old.writerEpoch());
    var ref = ManifestRef.of(pod.memory, token, "%064x".formatted(++etags));
    if (damageNext > 0) {
      damageNext--;
      damaged.add(ref.name());
    }
    var request = pod.answersNow() ? Optional.of(pod.asked) : Optional.<Long>empty();
    commits++;
    deletion.committed(ref);
    var declared = JsonNodeFactory.instance.objectNode().put("epoch", pod.memory / 10.0);
    declared.putObject("metrics").put("loss", 1.0 / pod.memory);
    var part = new Part(0, pod.uid, List.of(), List.of(), declared);
    refs.put(ref.name(), ref);
    manifests.put(
        ref.name(),
        new Manifest(
            1, JOB, pod.memory, token, request, finished, 1, old.manifest(), now, List.of(part)));
    swap(
        new Head(
            old.run(),
            old.writerEpoch(),
            old.seq(),
            old.pod(),
            Optional.of(ref),
            old.rolledBack()));
    pod.etag = head.get().etag();
  }

  /** Ticks until the phase is reached; at most {@code seconds} of the world's time. */
  boolean reaches(Phase phase, int seconds) {
    for (var i = 0; i < seconds && status.phase() != phase; i++) tick();
    return status.phase() == phase;
  }

  boolean trainsTo(long step, int seconds) {
    for (var i = 0; i < seconds && pods.values().stream().noneMatch(pod -> pod.memory >= step); i++)
      tick();
    return pods.values().stream().anyMatch(pod -> pod.memory >= step);
  }

  /** Ticks until it holds; within five minutes of the world's time, or the story is broken. */
  void runsUntil(String what, Predicate<TestingWorld> holds) {
    for (var second = 0; second < 300 && !holds.test(this); second++) {
      if (ticks == jumpAtTick) clockJumps(jump);
      tick();
    }
    assertThat(holds.test(this)).as("reaches %s: %s", what, status).isTrue();
  }

  /** The clock jumps before the tick of this number. */
  void jumpAt(int tick, Duration by) {
    jumpAtTick = tick;
    jump = by;
  }

  /**
   * Its one pod stands for several ranks that answer alike, and save only when they are asked to,
   * after so much time.
   */
  void gangThatSavesAfter(Duration interval) {
    var every = new Every(Optional.empty(), Optional.of(interval));
    var old = spec.checkpoint();
    spec =
        spec.withWorkers(2)
            .withCheckpoint(
                new CheckpointSpec(
                    Optional.of(every), old.keep(), old.storage(), old.volume(), old.onDelete()));
  }

  void resumeFrom(long step) {
    spec =
        spec.withResumeFrom(new ResumeFrom(Optional.of(step), Optional.empty(), Optional.empty()));
    generation++;
  }

  void forkOf(String job) {
    spec =
        spec.withResumeFrom(new ResumeFrom(Optional.empty(), Optional.of(job), Optional.empty()));
    generation++;
  }

  /** Somebody changes the trainer's image. */
  void changeImage() {
    image++;
    generation++;
    verdict = Optional.empty();
  }

  private String spec() {
    return template(spec, image);
  }

  private static String template(TrainingJobSpec spec, int image) {
    return "spec-" + image + spec.overrides();
  }

  void onDelete(OnDelete wish) {
    var old = spec.checkpoint();
    spec =
        spec.withCheckpoint(
            new CheckpointSpec(old.every(), old.keep(), old.storage(), old.volume(), wish));
    generation++;
    changed();
  }

  void overrides(Map<String, String> value) {
    spec = spec.withOverrides(value);
    generation++;
    verdict = Optional.empty();
  }

  void takeResumeFromOut() {
    spec = TrainingJobSpec.of(spec.template()).withPaused(spec.paused());
    generation++;
  }

  void paused(boolean value) {
    spec = spec.withPaused(value);
    generation++;
  }
}
