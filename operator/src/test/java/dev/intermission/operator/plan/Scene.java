package dev.intermission.operator.plan;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.intermission.api.v1alpha1.ActiveStatus;
import dev.intermission.api.v1alpha1.CheckpointSpec;
import dev.intermission.api.v1alpha1.CheckpointStatus;
import dev.intermission.api.v1alpha1.CheckpointsStatus;
import dev.intermission.api.v1alpha1.Every;
import dev.intermission.api.v1alpha1.GraceStatus;
import dev.intermission.api.v1alpha1.LifetimeSpec;
import dev.intermission.api.v1alpha1.ManifestStatus;
import dev.intermission.api.v1alpha1.NoticeStatus;
import dev.intermission.api.v1alpha1.PastRun;
import dev.intermission.api.v1alpha1.PauseCheckpoint;
import dev.intermission.api.v1alpha1.PauseFailure;
import dev.intermission.api.v1alpha1.PauseSignal;
import dev.intermission.api.v1alpha1.PauseSpec;
import dev.intermission.api.v1alpha1.PauseStatus;
import dev.intermission.api.v1alpha1.PeriodicSaveStatus;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.ProgressStatus;
import dev.intermission.api.v1alpha1.Receipt;
import dev.intermission.api.v1alpha1.RecoveryStatus;
import dev.intermission.api.v1alpha1.RestartSpec;
import dev.intermission.api.v1alpha1.ResumeBy;
import dev.intermission.api.v1alpha1.ResumeFrom;
import dev.intermission.api.v1alpha1.ResumeStatus;
import dev.intermission.api.v1alpha1.RollbackStatus;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.StorageSpec;
import dev.intermission.api.v1alpha1.SuspicionStatus;
import dev.intermission.api.v1alpha1.TrainingJobSpec;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.api.v1alpha1.Verification;
import dev.intermission.api.v1alpha1.Verify;
import dev.intermission.api.v1alpha1.WatchSpec;
import dev.intermission.checkpoint.layout.FencingToken;
import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.manifest.Manifest;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.manifest.Part;
import dev.intermission.checkpoint.protocol.Head;
import dev.intermission.checkpoint.protocol.HeadSnapshot;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.checkpoint.verify.Verification.Defective;
import dev.intermission.checkpoint.verify.Verification.Verified;
import dev.intermission.control.AgentStatus;
import dev.intermission.control.Problem;
import dev.intermission.control.Progress;
import dev.intermission.control.Rejection;
import dev.intermission.control.Restored;
import dev.intermission.control.SaveAnswer;
import dev.intermission.control.SaveState;
import dev.intermission.control.SavedManifest;
import dev.intermission.operator.plan.observation.Agents;
import dev.intermission.operator.plan.observation.Agents.Report;
import dev.intermission.operator.plan.observation.ChildJob;
import dev.intermission.operator.plan.observation.Cluster;
import dev.intermission.operator.plan.observation.Observation;
import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.Sought;
import dev.intermission.operator.plan.observation.Sought.Result;
import dev.intermission.operator.plan.observation.Storage;
import dev.intermission.operator.plan.observation.Subject;
import dev.intermission.operator.plan.observation.TemplateCheck;
import dev.intermission.operator.plan.observation.TemplateCheck.Verdict;
import dev.intermission.operator.plan.observation.Upkeep;
import dev.intermission.operator.plan.observation.Worker;
import dev.intermission.operator.plan.observation.Worker.ContainerState;
import dev.intermission.operator.plan.observation.Worker.Disruption;
import dev.intermission.operator.plan.observation.Worker.Placement;
import dev.intermission.operator.plan.observation.Worker.PodState;
import dev.intermission.operator.plan.observation.Worker.Readiness;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * One job at one moment, said in words: what a pass of the operator finds. Begins as an ordinary
 * job in some phase, in its third run, from checkpoint 1200; each word changes one thing.
 */
final class Scene {

  static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  static final long RUN = 3;

  private static final JobKey JOB = new JobKey("team", "digits", "uid-1");
  private static final String POD = "pod-3";
  private static final String WISH = "wish-1";

  /** From where a fork was copied. */
  static final String ORIGIN = "s3://b/p/team/other/uid-9/manifests/m.json";

  private static final Instant JUST_NOW = NOW.minusMillis(500);

  private TrainingJobSpec spec = TrainingJobSpec.of(new PodTemplateSpec());
  private TrainingJobStatus status = TrainingJobStatus.initial();
  private long generation = 1;
  private String fingerprint = "spec-1";
  private Optional<Verdict> verdict = Optional.of(new Verdict.Accepted());
  private Optional<ChildJob> childJob = Optional.empty();
  private Optional<Worker> worker = Optional.empty();
  private Report report = Report.NONE;
  private Optional<Long> firstStep = Optional.of(1201L);
  private long restored = 1200;
  private Optional<Long> newestRequest = Optional.empty();
  private Optional<Seen<Storage.HeadReading>> head = read(Optional.empty(), false);
  private Optional<Seen<Problem>> problem = Optional.empty();
  private Optional<Sought> sought = Optional.empty();
  private final Map<String, Storage.Check> checks = new HashMap<>();

  private Scene() {}

  // --- phases

  /** Just created; the store is empty and the template is good. */
  static Scene fresh() {
    return new Scene();
  }

  /** Run 3 is on record and its Job exists; the pod has a node and no running container yet. */
  static Scene starting() {
    var scene = new Scene().run(Phase.STARTING).headOf(RUN, Optional.empty(), 1200);
    scene.verified(1200, false);
    scene.status = scene.status.withCheckpoint(checkpoint(1200)).withCheckpoints(SWEPT);
    return scene.pod(new ContainerState.Waiting("ContainerCreating", ""));
  }

  /** Run 3 has reached step 1250; its newest checkpoint is that of step 1200. */
  static Scene running() {
    var scene = new Scene().run(Phase.RUNNING).headOf(RUN, Optional.of(POD), 1200);
    scene.verified(1200, false);
    scene.status = scene.status.withCheckpoint(checkpoint(1200)).withCheckpoints(SWEPT);
    return scene.pod(new ContainerState.Running(NOW.minusSeconds(60))).reports(1250, false, false);
  }

  /** {@link #running}, and a pause was asked for a second ago. */
  static Scene pausing() {
    var scene = running().pauseWanted();
    scene.status =
        scene
            .status
            .withPhase(Phase.PAUSING)
            .withPause(PauseStatus.requested(1, Optional.empty(), NOW.minusSeconds(1)));
    return scene;
  }

  /** {@link #pausing}, and step 1250 is saved, verified and held in place for a minute. */
  static Scene held() {
    var scene = pausing().inPlace().proven(1250).reports(1250, true, false);
    return scene.heldFor(Duration.ofMinutes(1));
  }

  /** Step 1250 is saved, verified and sealed for run 4, and nothing is left of run 3. */
  static Scene paused() {
    var scene = pausing().proven(1250).headOf(RUN + 1, Optional.empty(), 1250);
    scene.status =
        scene
            .status
            .withPhase(Phase.PAUSED)
            .withPause(
                scene.status.pause().orElseThrow().withSealedRun(4).withComputeReleasedAt(NOW));
    return scene.noPod().noJob();
  }

  /** The trainer of run 3 failed a second ago; HEAD was read since. */
  static Scene recovering() {
    var scene = running().trainerEnds(1, "Error");
    scene.status =
        scene
            .status
            .withPhase(Phase.RECOVERING)
            .withRecovery(
                RecoveryStatus.NONE
                    .withEnd(RUN, NOW.minusSeconds(1))
                    .withCounters(1, 0)
                    .withLastEnd(problemOf("TrainerFailed")));
    return scene;
  }

  /** Finished with step 3000. */
  static Scene succeeded() {
    var scene = running().trainerEnds(0, "Completed").commits(3000, true);
    scene.status = scene.status.withPhase(Phase.SUCCEEDED).withCheckpoint(checkpoint(3000));
    return scene;
  }

  /** Failed more often than the limit of 3. */
  static Scene failed() {
    var scene = recovering();
    scene.status =
        scene
            .status
            .withPhase(Phase.FAILED)
            .withRecovery(
                scene
                    .status
                    .recovery()
                    .withCounters(4, 4)
                    .withNextRunAt(Optional.of(NOW.plusSeconds(80))));
    return scene.noPod();
  }

  // --- what the user wants

  Scene paused(boolean wanted) {
    spec = spec.withPaused(wanted);
    return this;
  }

  Scene unpaused() {
    return paused(false);
  }

  Scene pauseWanted() {
    return paused(true);
  }

  Scene latestIsEnough() {
    return pause(PauseCheckpoint.LATEST, PauseFailure.KEEP_RUNNING);
  }

  Scene latestIfItFails() {
    return pause(PauseCheckpoint.FRESH, PauseFailure.USE_LATEST);
  }

  /** The pause keeps the pods, for an hour. */
  Scene inPlace() {
    spec = spec.withPause(spec.pause().inPlace(Duration.ofHours(1)));
    return this;
  }

  /** The pods shall be released after all. */
  Scene releaseWanted() {
    spec = spec.withPause(PauseSpec.DEFAULT);
    return this;
  }

  Scene templateGrace(long seconds) {
    var pod = new PodSpecBuilder().withTerminationGracePeriodSeconds(seconds).build();
    spec = spec.withTemplate(new PodTemplateSpecBuilder().withSpec(pod).build());
    return this;
  }

  /** The job has trained for as long as it may. */
  Scene deadlineOver() {
    spec =
        spec.withLifetime(new LifetimeSpec(Optional.of(Duration.ofMinutes(1)), Optional.empty()));
    status = status.withActive(new ActiveStatus(60, Optional.empty()));
    return this;
  }

  Scene restartLimit(int limit) {
    spec = spec.withRestarts(new RestartSpec(limit, Duration.ofSeconds(10)));
    return this;
  }

  /** Saved after so much time. */
  Scene savesEach(Duration interval) {
    var every = new Every(Optional.empty(), Optional.of(interval));
    var old = spec.checkpoint();
    spec =
        spec.withCheckpoint(
            new CheckpointSpec(
                Optional.of(every), old.keep(), old.storage(), old.volume(), old.onDelete()));
    return this;
  }

  /** The store returns no sums, and the job says that lengths are enough. */
  Scene lengthsAreEnough() {
    var old = spec.checkpoint();
    spec =
        spec.withCheckpoint(
            new CheckpointSpec(
                old.every(),
                old.keep(),
                new StorageSpec(old.storage().s3(), true),
                old.volume(),
                old.onDelete()));
    return this;
  }

  /** The one pod that there is stands for two ranks. */
  Scene ofAGang() {
    spec = spec.withWorkers(2);
    return this;
  }

  /** The trainer is a script that knows nothing of us and saves on SIGTERM. */
  Scene ofAScript() {
    var watch =
        new WatchSpec(
            "/out",
            "checkpoint-{step}",
            Duration.ofSeconds(2),
            Optional.empty(),
            Optional.empty(),
            ResumeBy.NOTHING);
    spec =
        spec.withCheckpoint(spec.checkpoint().withWatch(watch))
            .withPause(PauseSpec.DEFAULT.withSignal(PauseSignal.SIGTERM));
    firstStep = Optional.empty();
    return this;
  }

  /** A pause was asked for so long ago, and taken back. */
  Scene pauseTakenBack(Duration ago) {
    var asked = PauseStatus.requested(1, Optional.empty(), NOW.minus(ago));
    status = status.withPause(asked.withdrawn());
    return this;
  }

  /** The child Job on record was made from another spec than the one that is wanted now. */
  Scene otherTemplate() {
    fingerprint = "spec-2";
    return this;
  }

  /** The same, since somebody changed the spec after run 3 had been started. */
  Scene changedTemplate() {
    generation = 2;
    return otherTemplate();
  }

  Scene generationUnknown() {
    status = status.withRun(status.run().orElseThrow().withGeneration(Optional.empty()));
    return this;
  }

  Scene template(Verdict answer) {
    verdict = Optional.of(answer);
    return this;
  }

  Scene templateUnknown() {
    verdict = Optional.empty();
    return this;
  }

  /** {@code spec.resumeFrom.step} was set in this generation. */
  Scene rollbackTo(long step) {
    spec =
        spec.withResumeFrom(new ResumeFrom(Optional.of(step), Optional.empty(), Optional.empty()));
    return this;
  }

  /** The same, and status has it under the id of {@link #WISH}. */
  Scene rollbackOnRecord(long step) {
    return rollbackTo(step).wishOnRecord();
  }

  /** {@code spec.resumeFrom.job} was set in this generation. */
  Scene forkOf(String job) {
    spec =
        spec.withResumeFrom(new ResumeFrom(Optional.empty(), Optional.of(job), Optional.empty()));
    return this;
  }

  Scene forkOnRecord(String job) {
    return forkOf(job).wishOnRecord();
  }

  private Scene wishOnRecord() {
    var wish =
        new RollbackStatus(
            WISH,
            1,
            spec.resumeFrom().orElseThrow(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    status = status.withResumeFrom(wish);
    return this;
  }

  // --- what S3 says

  /** The checkpoint that is wanted is there and whole. */
  Scene found(long step) {
    return sought(new Result.Found(manifest(step), Optional.empty()));
  }

  /** The checkpoint of another job was copied. */
  Scene copied(long step) {
    return sought(new Result.Found(manifest(step), Optional.of(ORIGIN)));
  }

  private Scene sought(Result result) {
    sought = Optional.of(new Sought(WISH, new Seen<>(result, JUST_NOW)));
    return this;
  }

  Scene notFound(Duration ago) {
    var why = new Problem("NoSuchCheckpoint", "spec.resumeFrom.step: there is none.");
    sought = Optional.of(new Sought(WISH, new Seen<>(new Result.Refused(why), NOW.minus(ago))));
    return this;
  }

  /** The checkpoint that is wanted was found damaged after it had been looked at. */
  Scene damagedTarget(long step) {
    checks.put(manifest(step).name(), Storage.Check.quarantined("chunk 3f2a is gone.", JUST_NOW));
    return this;
  }

  Scene wishTakenOut() {
    spec = TrainingJobSpec.of(new PodTemplateSpec());
    return this;
  }

  /** HEAD was swapped for the wish, and run 4 is not on record yet. */
  Scene rolledBack(long step) {
    verified(step, false);
    return head(
        new Head(RUN + 1, 1, 0, Optional.empty(), Optional.of(manifest(step)), Optional.of(WISH)));
  }

  Scene headUnread() {
    head = Optional.empty();
    return this;
  }

  Scene headReadBefore() {
    head = head.map(seen -> new Seen<>(seen.value(), NOW.minus(Duration.ofHours(1))));
    return this;
  }

  /** HEAD is gone although the job has run. */
  Scene headMissing() {
    head = read(Optional.empty(), true);
    return this;
  }

  /** The operator decided that run 3 is over. */
  Scene sealed() {
    return headOf(RUN + 1, Optional.empty(), step());
  }

  /** HEAD names a newer checkpoint, verified. */
  Scene commits(long step, boolean finished) {
    verified(step, finished);
    return headOf(RUN, Optional.of(POD), step);
  }

  /** The same, claimed by another pod than the one that is there. */
  Scene commitsOf(String pod, long step) {
    verified(step, false);
    return headOf(RUN, Optional.of(pod), step);
  }

  /** HEAD names a newer checkpoint, not looked at yet. */
  Scene commitsUnseen(long step) {
    return headOf(RUN, Optional.of(POD), step);
  }

  Scene nothingSaved() {
    var scene = head(new Head(RUN, 1, 0, Optional.of(POD), Optional.empty(), Optional.empty()));
    scene.status =
        scene.status.withRun(
            new RunStatus(
                    RUN,
                    "digits-3",
                    Optional.of("job-3"),
                    NOW.minusSeconds(90),
                    Optional.empty(),
                    "FirstRun")
                .withGeneration(Optional.of(1L)));
    return scene;
  }

  Scene storageFails(Duration ago) {
    problem =
        Optional.of(
            new Seen<>(new Problem("EndpointUnreachable", "S3 does not answer."), NOW.minus(ago)));
    return this;
  }

  /** Whether S3 failed just now, and is left alone for a moment. */
  boolean storeRests() {
    return problem.filter(seen -> seen.at().plus(Draft.STORAGE_RESTS).isAfter(NOW)).isPresent();
  }

  /** Found defective first then, and again just now. */
  Scene damaged(Duration firstSeen, Optional<Long> fallback) {
    var manifest = manifest(step());
    checks.put(
        manifest.name(),
        new Storage.Check(
            new Defective("chunk 3f2a is gone.", "Damaged"),
            JUST_NOW,
            Optional.of(NOW.minus(firstSeen)),
            fallback.map(Scene::manifest)));
    return this;
  }

  /** A checkpoint to go back to turned out to be going, so long ago. */
  Scene going(long step, Duration ago) {
    checks.put(manifest(step).name(), Storage.Check.going("it is gone.", NOW.minus(ago)));
    return this;
  }

  /** The damage is on record in the store. */
  Scene quarantined() {
    checks.computeIfPresent(
        manifest(step()).name(), (_, check) -> check.withQuarantine("chunk 3f2a is gone."));
    return this;
  }

  /** What was found of HEAD's checkpoint rests on this. */
  Scene verifiedBy(Mode how) {
    checks.computeIfPresent(
        manifest(step()).name(),
        (_, check) ->
            new Storage.Check(
                new Verified(
                    ((Verified) check.result()).manifest(), how, 14, 1000, Duration.ofMillis(5)),
                JUST_NOW,
                Optional.empty(),
                Optional.empty()));
    return this;
  }

  Scene unverified() {
    checks.clear();
    return this;
  }

  /** The last runs failed before they made a step, from the checkpoint that HEAD names. */
  Scene failedResumes(int count) {
    var from = NextRun.pointer(manifest(1200));
    var suspicion = new SuspicionStatus(from, count, Optional.empty(), Optional.empty());
    status = status.withRecovery(status.recovery().withSuspicion(Optional.of(suspicion)));
    return this;
  }

  /** Checkpoint 1200 is on record as suspect. */
  Scene suspect() {
    var suspicion = status.recovery().suspicion().orElseThrow().left(NOW);
    status = status.withRecovery(status.recovery().withSuspicion(Optional.of(suspicion)));
    return this;
  }

  /** HEAD's checkpoint has this one before it. */
  Scene parent(long step) {
    verified(1200, Optional.of(manifest(step)));
    return this;
  }

  Scene parentVerified(long step) {
    verified(step, Optional.empty());
    return parent(step);
  }

  Scene parentDamaged(long step) {
    checks.put(manifest(step).name(), Storage.Check.quarantined("a chunk is gone.", JUST_NOW));
    return parent(step);
  }

  // --- what the cluster shows

  Scene noJob() {
    childJob = Optional.empty();
    return this;
  }

  Scene noPod() {
    worker = Optional.empty();
    report = Report.NONE;
    return this;
  }

  /** Its pod runs, whatever the phase says, and its Job is there. */
  Scene podLives() {
    return job(ChildJob.State.ACTIVE)
        .pod(new ContainerState.Running(NOW.minusSeconds(60)))
        .reports(1250, false, false);
  }

  boolean hasPod() {
    return worker.isPresent();
  }

  /** Whether its pod is on a node, not over, and nobody deletes it. */
  boolean podComputes() {
    return worker.filter(Worker::stays).isPresent();
  }

  Scene job(ChildJob.State state) {
    childJob = Optional.of(child(state, Optional.empty()));
    return this;
  }

  /** Somebody, such as Kueue, wants no pods of the Job for now. */
  Scene suspended() {
    return job(ChildJob.State.SUSPENDED);
  }

  Scene jobDeleting() {
    return job(ChildJob.State.DELETING);
  }

  Scene podsRefused(String complaint) {
    childJob = Optional.of(child(ChildJob.State.ACTIVE, Optional.of(complaint)));
    return noPod();
  }

  Scene waits(String container, String reason) {
    return containers(
        placement(),
        podState(),
        new Worker.Container(container, new ContainerState.Waiting(reason, "")));
  }

  Scene unschedulable(String why) {
    return containers(new Placement.Unscheduled(why), podState());
  }

  Scene trains() {
    return containers(
        placement(),
        podState(),
        new Worker.Container(Worker.TRAINER, new ContainerState.Running(NOW.minusSeconds(60))));
  }

  /** The same run, but it had no checkpoint to go on from. */
  Scene fromTheBeginning() {
    var run = status.run().orElseThrow();
    status =
        status.withRun(
            new RunStatus(
                    run.number(),
                    run.job(),
                    run.jobUid(),
                    run.startedAt(),
                    Optional.empty(),
                    "FirstRun")
                .withGeneration(run.generation()));
    return this;
  }

  Scene trainerEnds(int code, String reason) {
    return trainerEnds(code, reason, "");
  }

  Scene trainerEnds(int code, String reason, String message) {
    var phase = code == 0 ? Worker.Phase.SUCCEEDED : Worker.Phase.FAILED;
    return containers(
        placement(),
        new PodState(phase, Optional.empty(), Optional.empty()),
        new Worker.Container(Worker.TRAINER, new ContainerState.Ended(code, reason, message, NOW)));
  }

  Scene evicted(String by) {
    return containers(
        placement(),
        new PodState(
            Worker.Phase.FAILED,
            Optional.empty(),
            Optional.of(new Disruption(by, "low on memory"))),
        new Worker.Container(Worker.TRAINER, new ContainerState.Ended(137, "Error", NOW)));
  }

  /** Somebody deletes the pod; its grace ends in so long. */
  Scene draining(Duration left) {
    return containers(
        placement(),
        new PodState(Worker.Phase.RUNNING, Optional.of(NOW.plus(left)), Optional.empty()),
        new Worker.Container(Worker.TRAINER, new ContainerState.Running(NOW.minusSeconds(60))));
  }

  Scene node(Readiness readiness, Duration since) {
    return on(new Worker.Node("node-1", readiness, NOW.minus(since)));
  }

  /** Its node announced its end, and this pod does not tolerate that. */
  Scene nodeLeaves() {
    return on(
        new Worker.Node(
            "node-1", Readiness.READY, Instant.EPOCH, Optional.of("karpenter.sh/disrupted")));
  }

  /** Its node is spot capacity of this provider. */
  Scene spot(String provider, Duration notice) {
    var node = new Worker.Node("node-1", Readiness.READY, Instant.EPOCH);
    return on(node.withSpot(Optional.of(new Worker.Spot(provider, notice))));
  }

  private Scene on(Worker.Node node) {
    worker =
        worker.map(
            old ->
                new Worker(
                    old.id(),
                    new Placement.OnNode(node, Optional.of("10.0.0.1")),
                    old.state(),
                    old.containers()));
    return this;
  }

  // --- what the agent says

  Scene reports(long step, boolean held, boolean fenced) {
    return says(agent(Restored.State.RESTORED, Optional.of(step), held, fenced));
  }

  Scene restoring(Restored.State state) {
    return says(agent(state, Optional.empty(), false, false));
  }

  /** The first step that this run says it made; it came from checkpoint 1200. */
  Scene firstStep(long first) {
    firstStep = Optional.of(first);
    return reports(1250, false, false);
  }

  /** The same, since the agent knows only the signing key before the present one. */
  Scene refusesOurKeyFor(Duration silence) {
    silentFor(silence);
    var refusal = new Seen<>(Rejection.UNKNOWN_KEY.problem(), JUST_NOW);
    report = new Report(report.status(), report.save(), report.saveSince(), Optional.of(refusal));
    return this;
  }

  /** It began from a newer checkpoint than the run did, and this is the first step that it made. */
  Scene restoredLater(long step, long first) {
    restored = step;
    return firstStep(first);
  }

  /** No answer for so long. */
  Scene silentFor(Duration silence) {
    report =
        new Report(
            report.status().map(seen -> new Seen<>(seen.value(), NOW.minus(silence))),
            report.save(),
            report.saveSince(),
            Optional.of(new Seen<>(new Problem("AgentUnreachable", "refused"), JUST_NOW)));
    return this;
  }

  /** Its agent says that the newest save took so long. */
  Scene saveTook(Duration time) {
    var said = report.status().orElseThrow();
    var old = said.value();
    return says(
        new AgentStatus(
            old.podUid(),
            old.nonce(),
            old.run(),
            old.rank(),
            old.restored(),
            old.progress(),
            Optional.of(new SavedManifest(manifest(step()).name(), manifest(step()).sha256())),
            Optional.of(step()),
            old.held(),
            old.fenced(),
            old.problem(),
            Optional.of(time.toMillis()),
            old.exact(),
            old.session(),
            old.newestRequest()));
  }

  /** Its pod remembers that it was asked under this id. */
  Scene askedBefore(long id) {
    newestRequest = Optional.of(id);
    return reports(1250, false, false);
  }

  Scene unheard() {
    report = Report.NONE;
    return this;
  }

  Scene answers(SaveState state) {
    return answers(state, step(), JUST_NOW);
  }

  /** To the first request, about the save of this step. */
  Scene answers(SaveState state, long step, Instant at) {
    var manifest = manifest(step);
    var answer =
        new SaveAnswer(
            POD,
            "n",
            1,
            state,
            Optional.of(step),
            Optional.of(new SavedManifest(manifest.name(), manifest.sha256())),
            Optional.of(0L),
            Optional.of(new Problem("UploadFailed", "the volume is full")));
    report =
        new Report(
            report.status(),
            Optional.of(new Seen<>(answer, at)),
            Optional.of(at),
            report.failure());
    return this;
  }

  // --- what is on record

  /** The receipt for this step is written, against HEAD as it is. */
  Scene proven(long step) {
    commits(step, false);
    var receipt =
        new Receipt(
            step,
            uri(step),
            manifest(step).sha256(),
            "14/14",
            1000,
            List.of("model"),
            0,
            Verification.ATTESTED,
            JUST_NOW,
            Optional.empty());
    status =
        status
            .withCheckpoint(checkpoint(step))
            .withPause(
                status
                    .pause()
                    .orElseThrow()
                    .withSavedAt(JUST_NOW)
                    .withReceipt(receipt)
                    .withVerifiedHead(etag(step)));
    return this;
  }

  /** So many runs began before, numbered from 1. */
  Scene pastRuns(int count) {
    var runs =
        LongStream.rangeClosed(1, count)
            .mapToObj(run -> count + 1 - run)
            .map(run -> new PastRun(run, NOW, "Resumed", Optional.empty(), Map.of(), List.of()))
            .toList();
    status = status.withRuns(runs);
    return this;
  }

  Scene heldFor(Duration time) {
    var pause = status.pause().orElseThrow().withHeldAt(NOW.minus(time));
    status = status.withPhase(Phase.HELD).withPause(pause);
    return this;
  }

  /** Run 3's pods get so many seconds, and its newest saves took so long. */
  Scene grace(long seconds, Long... savesMillis) {
    var grace = new GraceStatus(seconds, List.of(savesMillis), Optional.of("of an earlier one"));
    status = status.withRun(status.run().orElseThrow().withGrace(grace));
    return this;
  }

  /** Suspended, and without a pod for so long. */
  Scene queuedFor(Duration time) {
    var run = status.run().orElseThrow().withQueuedAt(Optional.of(NOW.minus(time)));
    status = status.withRun(run);
    return suspended().noPod();
  }

  Scene sealRecorded() {
    status = status.withPause(status.pause().orElseThrow().withSealedRun(RUN + 1));
    return this;
  }

  Scene unreleased() {
    var pause = status.pause().orElseThrow();
    status =
        status.withPause(
            PauseStatus.requested(pause.requestId(), Optional.empty(), pause.requestedAt())
                .withSavedAt(JUST_NOW)
                .withReceipt(receiptWithoutRelease())
                .withSealedRun(4));
    return this;
  }

  Scene attemptBegan(Duration ago) {
    status = status.withPause(PauseStatus.requested(1, Optional.empty(), NOW.minus(ago)));
    return this;
  }

  Scene retriesIn(Duration left) {
    status =
        status.withPause(
            PauseStatus.requested(1, Optional.empty(), NOW.minusSeconds(60))
                .withRetry(problemOf("SaveTimedOut"), NOW.plus(left)));
    return this;
  }

  /** Notice was given, and a save is asked for under the first id. */
  Scene noticed() {
    var why = problemOf("NodeLeaving");
    var notice = NoticeStatus.seen(RUN, 1, Optional.empty(), NOW.minusSeconds(1), why);
    status = status.withRun(status.run().orElseThrow().withNotice(Optional.of(notice)));
    return this;
  }

  /** The interval of a gang's saves counts since so long ago. */
  Scene countsSince(Duration ago) {
    var newest = PauseRequest.lastId(status);
    return periodic(PeriodicSaveStatus.counting(RUN, NOW.minus(ago), newest));
  }

  /** A gang is asked for this step under the first id. */
  Scene askedFor(long step) {
    var since = NOW.minus(Duration.ofMinutes(2));
    return periodic(PeriodicSaveStatus.counting(RUN, since, 0).asked(1, step));
  }

  private Scene periodic(PeriodicSaveStatus save) {
    status = status.withRun(status.run().orElseThrow().withPeriodicSave(save));
    return this;
  }

  /** Status shows that run 3 has come so far, whoever may be asked now. */
  Scene stepOnRecord(long step) {
    status =
        status.withProgress(
            new ProgressStatus(
                step,
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                JUST_NOW,
                Optional.of(RUN)));
    return this;
  }

  Scene endRecorded() {
    status = status.withRecovery(status.recovery().withEnd(RUN, NOW.minusSeconds(1)));
    return this;
  }

  Scene failuresInARow(int failures, int fruitless) {
    status = status.withRecovery(status.recovery().withCounters(failures, fruitless));
    return this;
  }

  Scene lastEnd(String reason) {
    status = status.withRecovery(status.recovery().withLastEnd(problemOf(reason)));
    return this;
  }

  Scene nextRunIn(Duration left) {
    status = status.withRecovery(status.recovery().withNextRunAt(Optional.of(NOW.plus(left))));
    return this;
  }

  Scene jobUidUnknown() {
    status = status.withRun(runStatus(Optional.empty()));
    return this;
  }

  Scene status(TrainingJobStatus recorded) {
    status = recorded;
    return this;
  }

  Scene statusLost() {
    status = TrainingJobStatus.initial();
    return this;
  }

  // --- the pass

  Plan plan() {
    return new Planner(Pace.LIVELY).plan(spec, status, observation(), NOW);
  }

  /** The pass after {@code plan} was recorded, while the world is still the same. */
  Plan again(Plan plan) {
    return new Planner(Pace.LIVELY).plan(spec, plan.status(), observation(), NOW);
  }

  TrainingJobStatus status() {
    return status;
  }

  /** The run that HEAD is sealed or claimed for; 0 where there is none, or nobody looked. */
  long headRun() {
    return head.flatMap(seen -> seen.value().snapshot()).map(seen -> seen.head().run()).orElse(0L);
  }

  /** Whether HEAD was looked for and is not there. */
  boolean headGone() {
    return head.isPresent() && head.get().value().snapshot().isEmpty();
  }

  private Observation observation() {
    return new Observation(
        new Subject(JOB, generation, "s3://bucket/team/digits/uid-1/"),
        new TemplateCheck(fingerprint, verdict),
        new Cluster(childJob.stream().toList(), worker.stream().toList()),
        new Agents(worker.isPresent() ? Map.of(POD, report) : Map.of()),
        new Storage(head, problem, checks, Upkeep.NONE, sought));
  }

  // --- the parts

  private Scene pause(PauseCheckpoint checkpoint, PauseFailure onFailure) {
    spec =
        spec.withPause(
            new PauseSpec(checkpoint, Duration.ofMinutes(10), onFailure, Verify.ATTESTED));
    return this;
  }

  private Scene run(Phase phase) {
    status =
        status
            .withPhase(phase)
            .withRun(runStatus(Optional.of("job-3")))
            .withResume(ResumeStatus.from(1200, NOW.minusSeconds(90)));
    childJob = Optional.of(child(ChildJob.State.ACTIVE, Optional.empty()));
    return this;
  }

  private static RunStatus runStatus(Optional<String> uid) {
    var from = manifest(1200);
    return new RunStatus(
            RUN,
            "digits-3",
            uid,
            NOW.minusSeconds(90),
            Optional.of(new ManifestStatus(1200, from.name(), from.sha256())),
            "Resumed")
        .withGeneration(Optional.of(1L));
  }

  private static ChildJob child(ChildJob.State state, Optional<String> complaint) {
    return new ChildJob(RUN, "job-3", NOW.minusSeconds(90), "spec-1", state, complaint);
  }

  private Scene pod(ContainerState trainer) {
    return containers(
        new Placement.OnNode(
            new Worker.Node("node-1", Readiness.READY, Instant.EPOCH), Optional.of("10.0.0.1")),
        new PodState(Worker.Phase.RUNNING, Optional.empty(), Optional.empty()),
        new Worker.Container(Worker.TRAINER, trainer));
  }

  private Scene containers(Placement placement, PodState state, Worker.Container... containers) {
    worker =
        Optional.of(
            new Worker(
                new Worker.Id(RUN, 0, "digits-3-0-x7k2p", POD),
                placement,
                state,
                List.of(containers)));
    return this;
  }

  private Placement placement() {
    return worker.orElseThrow().placement();
  }

  private PodState podState() {
    return worker.orElseThrow().state();
  }

  private Scene says(AgentStatus answer) {
    report =
        new Report(
            Optional.of(new Seen<>(answer, JUST_NOW)),
            report.save(),
            report.saveSince(),
            Optional.empty());
    return this;
  }

  private AgentStatus agent(
      Restored.State state, Optional<Long> step, boolean held, boolean fenced) {
    var newest = manifest(step());
    return new AgentStatus(
        POD,
        "n",
        RUN,
        0,
        new Restored(
            state,
            Optional.of(restored),
            state == Restored.State.FAILED
                ? Optional.of(new Problem("RestoreFailed", "chunk 3f2a has 41 of 64 MiB"))
                : Optional.empty()),
        step.map(
            reached ->
                new Progress(
                    reached,
                    Optional.of(3000L),
                    Optional.empty(),
                    Map.of("loss", 0.1),
                    JUST_NOW,
                    false,
                    firstStep,
                    Optional.empty())),
        Optional.of(new SavedManifest(newest.name(), newest.sha256())),
        Optional.of(step()),
        held,
        fenced,
        Optional.empty(),
        Optional.empty(),
        Optional.of("exact"),
        Optional.empty(),
        newestRequest);
  }

  private long step() {
    return head.flatMap(seen -> seen.value().snapshot())
        .map(seen -> Math.max(0, seen.head().step()))
        .orElse(1200L);
  }

  private Scene headOf(long run, Optional<String> pod, long step) {
    return head(new Head(run, 1, 0, pod, Optional.of(manifest(step)), Optional.empty()));
  }

  private Scene head(Head value) {
    head =
        read(
            Optional.of(
                new HeadSnapshot(
                    value,
                    value.run() == RUN ? etag(value.step()) : "etag-sealed-" + value.step())),
            false);
    return this;
  }

  private static Optional<Seen<Storage.HeadReading>> read(
      Optional<HeadSnapshot> snapshot, boolean manifestsExist) {
    return Optional.of(
        new Seen<>(new Storage.HeadReading(snapshot, manifestsExist), JUST_NOW.plusMillis(400)));
  }

  private void verified(long step, boolean finished) {
    verified(step, finished, Optional.empty());
  }

  private void verified(long step, Optional<ManifestRef> parent) {
    verified(step, false, parent);
  }

  private void verified(long step, boolean finished, Optional<ManifestRef> parent) {
    var ref = manifest(step);
    var token = new FencingToken(RUN, 1);
    var part = new Part(0, POD, List.of(), List.of(), JsonNodeFactory.instance.objectNode());
    var manifest =
        new Manifest(
            1, JOB, step, token, Optional.empty(), finished, 1, parent, JUST_NOW, List.of(part));
    checks.put(
        ref.name(),
        new Storage.Check(
            new Verified(manifest, Mode.ATTESTED, 14, 1000, Duration.ofMillis(5)),
            JUST_NOW,
            Optional.empty(),
            Optional.empty()));
  }

  private Receipt receiptWithoutRelease() {
    var old = status.pause().flatMap(PauseStatus::receipt).orElseThrow();
    return new Receipt(
        old.step(),
        old.uri(),
        old.manifestSha256(),
        old.objects(),
        old.bytes(),
        old.contains(),
        old.lostSteps(),
        old.verification(),
        old.verifiedAt(),
        Optional.empty());
  }

  /** The collector looked a minute ago. */
  private static final CheckpointsStatus SWEPT =
      new CheckpointsStatus(
          Optional.of(3),
          Optional.of(0),
          Optional.of(3000L),
          Optional.of(1000L),
          Optional.empty(),
          Optional.empty(),
          NOW.minusSeconds(60),
          Optional.of(NOW.minusSeconds(60)),
          Optional.empty());

  private static CheckpointStatus checkpoint(long step) {
    return new CheckpointStatus(
        step, uri(step), manifest(step).sha256(), 1000, 14, JUST_NOW, NOW.minusSeconds(60));
  }

  private static ManifestRef manifest(long step) {
    return ManifestRef.of(step, new FencingToken(RUN, 1), "%064x".formatted(step));
  }

  private static String uri(long step) {
    return "s3://bucket/team/digits/uid-1/manifests/" + manifest(step).name();
  }

  private static String etag(long step) {
    return "etag-" + step;
  }

  private static dev.intermission.api.v1alpha1.Problem problemOf(String reason) {
    return new dev.intermission.api.v1alpha1.Problem(reason, "It happened.");
  }
}
