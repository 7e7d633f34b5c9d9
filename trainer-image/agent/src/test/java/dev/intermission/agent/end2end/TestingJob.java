package dev.intermission.agent.end2end;

import dev.intermission.agent.AgentApp;
import dev.intermission.agent.TestingEnvironment;
import dev.intermission.agent.TestingMinio;
import dev.intermission.agent.TestingOperator;
import dev.intermission.agent.TestingTrainer;
import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.Manifest;
import dev.intermission.checkpoint.protocol.ClaimOutcome;
import dev.intermission.checkpoint.protocol.Claiming;
import dev.intermission.checkpoint.protocol.Head;
import dev.intermission.checkpoint.protocol.HeadObject;
import dev.intermission.checkpoint.protocol.Seal;
import dev.intermission.checkpoint.protocol.SealOutcome;
import dev.intermission.checkpoint.restore.CheckpointReader;
import dev.intermission.checkpoint.s3.ClientTuning;
import dev.intermission.checkpoint.s3.ListedObject;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.s3.S3ObjectStore;
import dev.intermission.sdk.directory.SharedDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** One job in a real MinIO: seals runs and reads HEAD as the operator does, and starts pods. */
final class TestingJob implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final TestingMinio minio;
  private final Path root;
  private final String uid = UUID.randomUUID().toString();
  private final Layout layout;
  private final S3ObjectStore s3;
  private final List<AgentApp> agents = new ArrayList<>();
  private final List<TestingTrainer> trainers = new ArrayList<>();

  TestingJob(TestingMinio minio, Path root) {
    this.minio = minio;
    this.root = root;
    var config = environment(1, "pod-0").config();
    layout = new Layout("test", new JobKey("team", "digits", uid));
    s3 =
        S3ObjectStore.open(
            config.store().location(), config.store().credentials(), ClientTuning.QUICK);
  }

  /** One pod: its directory and its environment. */
  record Pod(TestingEnvironment environment, SharedDirectory directory) {

    Path path() {
      return directory.root();
    }
  }

  Pod pod(long run, String podUid) {
    var directory = new SharedDirectory(root.resolve(podUid));
    try {
      Files.createDirectories(directory.root());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Pod(environment(run, podUid), directory);
  }

  /** A pod of a gang. */
  Pod pod(long run, String podUid, int rank, int worldSize) {
    var pod = pod(run, podUid);
    pod.environment()
        .with("INTERMISSION_RANK", Integer.toString(rank))
        .with("INTERMISSION_WORLD_SIZE", Integer.toString(worldSize));
    return pod;
  }

  AgentApp start(Pod pod) {
    var agent = AgentApp.start(pod.environment().config());
    agents.add(agent);
    return agent;
  }

  /** Begins to train in this pod, until it is done, killed, or the job is closed. */
  TestingTrainer train(Pod pod, TestingTrainer.Plan plan) {
    return train(pod, plan, TestingTrainer.Member.ALONE);
  }

  TestingTrainer train(Pod pod, TestingTrainer.Plan plan, TestingTrainer.Member member) {
    var trainer = TestingTrainer.start(pod.path(), plan, member);
    trainers.add(trainer);
    return trainer;
  }

  TestingOperator operator(AgentApp agent, Pod pod) {
    return new TestingOperator(agent.port(), pod.environment().identity());
  }

  void seal(long run) {
    var outcome =
        new Seal(s3, layout, RetryBudget.STANDARD)
            .seal(new HeadObject(s3, layout).read(), run, Optional.empty());
    if (!(outcome instanceof SealOutcome.Sealed)) throw new AssertionError("seal: " + outcome);
  }

  void claimByAnother(long run, String podUid) {
    var outcome =
        new Claiming(s3, layout, RetryBudget.STANDARD).claim(run, podUid, Optional.empty());
    if (!(outcome instanceof ClaimOutcome.Claimed)) throw new AssertionError("claim: " + outcome);
  }

  Head head() {
    return new HeadObject(s3, layout).read().orElseThrow().head();
  }

  Manifest newest() {
    return new CheckpointReader(s3, layout, RetryBudget.QUICK, Clock.systemUTC())
        .read(head().manifest().orElseThrow());
  }

  /** How many ranks have their part of this step in the store. */
  long parts(long step) {
    return s3.list(layout.parts(step, head().token())).count();
  }

  /** Chunks that are in the store, whether a manifest names them or not. */
  List<String> chunks() {
    return s3.list(layout.chunks()).map(ListedObject::key).toList();
  }

  /** Waits for what other threads do; fails with the words given. */
  static void eventually(String what, BooleanSupplier holds) {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > deadline) throw new AssertionError("never: " + what);
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
  }

  @Override
  public void close() {
    trainers.forEach(TestingTrainer::kill);
    agents.forEach(AgentApp::close);
    s3.close();
  }

  private TestingEnvironment environment(long run, String podUid) {
    return TestingEnvironment.in(root.resolve(podUid))
        .with("INTERMISSION_S3_ENDPOINT", minio.endpoint().toString())
        .with("INTERMISSION_JOB_UID", uid)
        .with("INTERMISSION_RUN", Long.toString(run))
        .with("INTERMISSION_POD_UID", podUid);
  }
}
