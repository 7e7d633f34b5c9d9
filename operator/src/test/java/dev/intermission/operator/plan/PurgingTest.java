package dev.intermission.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.CheckpointSpec;
import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.api.v1alpha1.OnDelete;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.TrainingJobSpec;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.checkpoint.protocol.Head;
import dev.intermission.checkpoint.protocol.HeadSnapshot;
import dev.intermission.checkpoint.retention.Pin;
import dev.intermission.checkpoint.retention.Purged;
import dev.intermission.control.Problem;
import dev.intermission.operator.plan.observation.Agents;
import dev.intermission.operator.plan.observation.ChildJob;
import dev.intermission.operator.plan.observation.Cluster;
import dev.intermission.operator.plan.observation.Lifetime;
import dev.intermission.operator.plan.observation.Lifetime.Hold;
import dev.intermission.operator.plan.observation.Lifetime.Home;
import dev.intermission.operator.plan.observation.Observation;
import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.Storage;
import dev.intermission.operator.plan.observation.Subject;
import dev.intermission.operator.plan.observation.TemplateCheck;
import dev.intermission.operator.plan.observation.Upkeep;
import dev.intermission.operator.plan.observation.Worker;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PurgingTest {

  private static final Instant DELETED = Instant.parse("2026-11-24T12:00:00Z");
  private static final Instant SOON = DELETED.plusSeconds(5);
  private static final Lifetime GOING = new Lifetime(Optional.of(DELETED), Hold.OURS, Home.STAYS);

  private static final HeadSnapshot CLAIMED = head(1, Optional.of("pod-1"));
  private static final HeadSnapshot SEALED = head(2, Optional.empty());
  private static final HeadSnapshot TAKEN = head(2, Optional.of("pod-2"));
  private static final ChildJob JOB = child(ChildJob.State.ACTIVE);
  private static final ChildJob JOB_GOES = child(ChildJob.State.DELETING);
  private static final Action PURGE = new Action.PurgeCheckpoints();
  private static final Action DELETE_JOB = new Action.DeleteChildJob(1);
  private static final Action RELEASE = new Action.ReleasePods(1, Duration.ofSeconds(1));

  /** What is seen of a job that is being deleted, and what is then done. */
  record Row(String name, Optional<Storage.HeadReading> head, Cluster cluster, List<Action> does) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> steps() {
    return Stream.of(
        row("HEAD was not read yet -> reads it", null, Cluster.EMPTY, new Action.ReadHead()),
        row(
            "HEAD is claimed -> seals it, and touches no pod",
            reading(CLAIMED),
            cluster(JOB, worker(Worker.Phase.RUNNING, Worker.Readiness.READY)),
            new Action.SealHead(Optional.of(CLAIMED), 2, Optional.empty())),
        row(
            "a later run holds HEAD -> seals it for yet another",
            reading(TAKEN),
            Cluster.EMPTY,
            new Action.SealHead(Optional.of(TAKEN), 3, Optional.empty())),
        row(
            "sealed, a pod lives -> releases it, then its Job",
            reading(SEALED),
            cluster(JOB, worker(Worker.Phase.RUNNING, Worker.Readiness.READY)),
            RELEASE,
            DELETE_JOB),
        row(
            "sealed, the Job goes and its pod still lives -> waits",
            reading(SEALED),
            cluster(JOB_GOES, terminating()),
            new Action[0]),
        row(
            "sealed, pods are over, the Job lives -> deletes it before anything in the store",
            reading(SEALED),
            cluster(JOB),
            DELETE_JOB),
        row("sealed, nothing runs -> purges", reading(SEALED), Cluster.EMPTY, PURGE),
        row(
            "sealed, the pod's node does not answer -> purges all the same",
            reading(SEALED),
            cluster(JOB_GOES, worker(Worker.Phase.RUNNING, Worker.Readiness.NOT_READY)),
            PURGE),
        row(
            "there is no HEAD (any more) -> purges what is left",
            new Storage.HeadReading(Optional.empty(), true),
            Cluster.EMPTY,
            PURGE));
  }

  @ParameterizedTest
  @MethodSource
  void steps(Row row) {
    var plan = plan(OnDelete.PURGE, GOING, storage(row.head(), Upkeep.NONE), row.cluster(), SOON);

    assertThat(plan.actions()).isEqualTo(row.does());
    assertThat(plan.wakeAt()).isPresent();
    var ready = plan.status().condition(ConditionType.READY).orElseThrow();
    assertThat(ready.reason()).isEqualTo("Purging");
  }

  @Test
  void aJobThatKeepsItsCheckpointsIsLeftToTheGarbageCollector() {
    var lifetime = new Lifetime(Optional.of(DELETED), Hold.NONE, Home.STAYS);
    var plan = plan(OnDelete.KEEP, lifetime, Storage.UNSEEN, cluster(JOB), SOON);
    assertThat(plan.actions()).isEmpty();
    assertThat(plan.status()).isEqualTo(status());
  }

  @Test
  void keepAtTheLastMomentLetsTheJobGoWithAllItsCheckpoints() {
    var plan = plan(OnDelete.KEEP, GOING, sealed(), Cluster.EMPTY, SOON);
    assertThat(plan.actions()).containsExactly(new Action.LetGo(PurgeEnd.NOT_WANTED));
  }

  @Test
  void whenEverythingIsDeletedTheJobIsLetGo() {
    var plan = plan(OnDelete.PURGE, GOING, purged(List.of()), Cluster.EMPTY, SOON);
    assertThat(plan.actions()).containsExactly(new Action.LetGo(PurgeEnd.PURGED));
    assertThat(plan.events()).extracting(JobEvent::reason).containsExactly("Purged");
  }

  @Test
  void whatAForkHoldsIsNamedAndTheJobIsLetGo() {
    var pin = new Pin("0001.json", "fork-uid", "TrainingJob/team/fork", Optional.empty());
    var plan = plan(OnDelete.PURGE, GOING, purged(List.of(pin)), Cluster.EMPTY, SOON);
    assertThat(plan.actions()).containsExactly(new Action.LetGo(PurgeEnd.SPARED));
    assertThat(plan.events())
        .singleElement()
        .satisfies(
            event ->
                assertThat(event.message())
                    .contains("TrainingJob/team/fork", "0001.json", "by hand"));
  }

  @Test
  void aNamespaceThatIsGoingIsNotHeldUp() {
    var lifetime = new Lifetime(Optional.of(DELETED), Hold.OURS, Home.GOING);
    var plan = plan(OnDelete.PURGE, lifetime, Storage.UNSEEN, cluster(JOB), SOON);
    assertThat(plan.actions()).containsExactly(new Action.LetGo(PurgeEnd.GIVEN_UP));
  }

  @Test
  void afterTenMinutesTheJobIsLetGoAndTheEventSaysWhatToDo() {
    var problem = new Problem("EndpointUnreachable", "S3 does not answer.");
    var storage = Storage.UNSEEN.withProblem(Optional.of(new Seen<>(problem, SOON)));
    var before = plan(OnDelete.PURGE, GOING, storage, Cluster.EMPTY, DELETED.plusSeconds(599));
    var after = plan(OnDelete.PURGE, GOING, storage, Cluster.EMPTY, DELETED.plusSeconds(600));
    assertThat(before.actions()).doesNotContain(new Action.LetGo(PurgeEnd.GIVEN_UP));
    assertThat(after.actions()).containsExactly(new Action.LetGo(PurgeEnd.GIVEN_UP));
    assertThat(after.events())
        .singleElement()
        .satisfies(
            event ->
                assertThat(event.message())
                    .contains("S3 does not answer.", "s3://bucket/team/digits/uid-1/", "by hand"));
  }

  @Test
  void aPurgeThatCouldNotReachTheStoreSaysSoWhileItTries() {
    var problem = new Problem("EndpointUnreachable", "S3 does not answer.");
    var storage =
        Storage.UNSEEN
            .withHead(new Seen<>(reading(SEALED), SOON))
            .withProblem(Optional.of(new Seen<>(problem, SOON)));
    var plan = plan(OnDelete.PURGE, GOING, storage, Cluster.EMPTY, SOON.plusMillis(500));
    assertThat(plan.actions()).as("the store is left alone for a moment").isEmpty();
    assertThat(plan.status().condition(ConditionType.READY).orElseThrow().message())
        .contains("S3 does not answer.");
  }

  @Test
  void theFinalizerComesBeforeAnythingThatTheJobCouldLeaveBehind() {
    var plan = plan(OnDelete.PURGE, Lifetime.LIVING, Storage.UNSEEN, Cluster.EMPTY, SOON);
    assertThat(plan.actions()).first().isEqualTo(new Action.HoldDeletion());
    assertThat(plan.actions()).hasSizeGreaterThan(1);
  }

  @Test
  void theFinalizerGoesWhenOnDeleteBecomesKeep() {
    var lifetime = new Lifetime(Optional.empty(), Hold.OURS, Home.STAYS);
    assertThat(plan(OnDelete.KEEP, lifetime, Storage.UNSEEN, Cluster.EMPTY, SOON).actions())
        .first()
        .isEqualTo(new Action.LetGo(PurgeEnd.NOT_WANTED));
  }

  @Test
  void aJobThatKeepsNeverGetsAFinalizer() {
    assertThat(plan(OnDelete.KEEP, Lifetime.LIVING, Storage.UNSEEN, Cluster.EMPTY, SOON).actions())
        .noneMatch(Action.HoldDeletion.class::isInstance)
        .noneMatch(Action.LetGo.class::isInstance);
  }

  private static Plan plan(
      OnDelete onDelete, Lifetime lifetime, Storage storage, Cluster cluster, Instant now) {
    var old = CheckpointSpec.DEFAULT;
    var spec =
        TrainingJobSpec.of(new PodTemplateSpec())
            .withCheckpoint(
                new CheckpointSpec(old.every(), old.keep(), old.storage(), old.volume(), onDelete));
    var subject = new Subject(TestingWorld.JOB, 1, "s3://bucket/team/digits/uid-1/", lifetime);
    var template = new TemplateCheck("spec-1", Optional.of(new TemplateCheck.Verdict.Accepted()));
    var seen = new Observation(subject, template, cluster, Agents.SILENT, storage);
    return new Planner(Pace.LIVELY).plan(spec, status(), seen, now);
  }

  private static TrainingJobStatus status() {
    return TrainingJobStatus.initial()
        .withRun(
            new RunStatus(1, "digits-1", Optional.empty(), DELETED, Optional.empty(), "FirstRun"));
  }

  private static Row row(String name, Storage.HeadReading head, Cluster cluster, Action... does) {
    return new Row(name, Optional.ofNullable(head), cluster, List.of(does));
  }

  private static Storage sealed() {
    return storage(Optional.of(reading(SEALED)), Upkeep.NONE);
  }

  private static Storage purged(List<Pin> held) {
    var purged = new Seen<>(new Purged(7, 7, held), SOON);
    return storage(Optional.of(reading(SEALED)), new Upkeep(Optional.empty(), Optional.of(purged)));
  }

  private static Storage storage(Optional<Storage.HeadReading> head, Upkeep upkeep) {
    var unread = Storage.UNSEEN.withUpkeep(upkeep);
    return head.map(reading -> unread.withHead(new Seen<>(reading, SOON))).orElse(unread);
  }

  private static Storage.HeadReading reading(HeadSnapshot head) {
    return new Storage.HeadReading(Optional.of(head), false);
  }

  private static HeadSnapshot head(long run, Optional<String> pod) {
    return new HeadSnapshot(
        new Head(run, run, 0, pod, Optional.empty(), Optional.empty()), "etag-" + run + pod);
  }

  private static ChildJob child(ChildJob.State state) {
    return new ChildJob(1, "job-uid", DELETED, "spec-1", state, Optional.empty());
  }

  private static Cluster cluster(ChildJob job, Worker... workers) {
    return new Cluster(List.of(job), List.of(workers));
  }

  private static Worker worker(Worker.Phase phase, Worker.Readiness node) {
    return worker(phase, node, Optional.empty());
  }

  private static Worker terminating() {
    return worker(Worker.Phase.RUNNING, Worker.Readiness.READY, Optional.of(DELETED));
  }

  private static Worker worker(
      Worker.Phase phase, Worker.Readiness node, Optional<Instant> graceEndsAt) {
    return new Worker(
        new Worker.Id(1, 0, "digits-1-0", "pod-1"),
        new Worker.Placement.OnNode(new Worker.Node("node", node, DELETED), Optional.empty()),
        new Worker.PodState(phase, graceEndsAt, Optional.empty()),
        List.of());
  }
}
