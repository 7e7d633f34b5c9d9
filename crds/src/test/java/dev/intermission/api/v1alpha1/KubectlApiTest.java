package dev.intermission.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a person sees who has nothing but kubectl. */
@ApiServerTest
class KubectlApiTest {

  private static final Instant AT = Instant.parse("2026-11-24T04:00:00Z");

  @Test
  void getShowsWhereAJobStandsInOneLine(TestingApiServer api) {
    var namespace = api.namespace();
    var job = create(api, namespace);
    var progress =
        new ProgressStatus(
            1840,
            Optional.of(4000L),
            Optional.empty(),
            Map.of(),
            Optional.of(46),
            Optional.empty(),
            AT,
            Optional.of(3L));
    write(
        api,
        job,
        TrainingJobStatus.initial()
            .withPhase(Phase.PAUSING)
            .withRun(
                new RunStatus(3, "digits-3", Optional.empty(), AT, Optional.empty(), "Resumed"))
            .withProgress(progress)
            .withCheckpoint(new CheckpointStatus(1800, "s3://b/m.json", "00", 1, 2, AT, AT))
            .withCondition(
                new Condition(
                    ConditionType.READY, ConditionStatus.TRUE, "Saving", "", Optional.of(1L), AT)));

    var lines =
        api.kubectl("", "get", "tj", "--namespace", namespace).orThrow().text().lines().toList();

    assertThat(lines.get(0)).matches("NAME +PHASE +STEP +PROGRESS +CHECKPOINT +RUN +REASON +AGE *");
    assertThat(lines.get(1)).matches("digits +Pausing +1840 +46 +1800 +3 +Saving +\\S+ *");
  }

  @Test
  void describeShowsWhatIsInTheStoreAndWhatGoesNext(TestingApiServer api) {
    var namespace = api.namespace();
    var stored =
        new CheckpointsStatus(
            Optional.of(5),
            Optional.of(2),
            Optional.of(600_000_000L),
            Optional.of(1200L),
            Optional.of(1400L),
            Optional.of(AT.plusSeconds(86_400)),
            AT,
            Optional.of(AT),
            Optional.empty());
    write(api, create(api, namespace), TrainingJobStatus.initial().withCheckpoints(stored));

    var text = api.kubectl("", "describe", "tj", "digits", "--namespace", namespace).text();

    assertThat(text.lines().map(String::strip).map(line -> line.replaceAll(" +", " ")))
        .contains(
            "Checkpoints:",
            "Bytes: 600000000",
            "Count: 5",
            "Expiring: 2",
            "Next To Go At: 2026-11-25T04:00:00Z",
            "Next To Go Step: 1400",
            "Oldest Step: 1200",
            "Swept At: 2026-11-24T04:00:00Z");
  }

  @Test
  void getAllAndFieldSelectorsFindJobs(TestingApiServer api) {
    var namespace = api.namespace();
    write(api, create(api, namespace), TrainingJobStatus.initial().withPhase(Phase.RUNNING));

    assertThat(api.kubectl("", "get", "all", "--namespace", namespace).text())
        .contains("trainingjob.intermission.dev/digits");
    assertThat(jobsIn(api, namespace, "Running")).contains("digits");
    assertThat(jobsIn(api, namespace, "Paused")).doesNotContain("digits");
  }

  @ParameterizedTest
  @EnumSource
  void everyConditionCanBeWaitedFor(ConditionType type, TestingApiServer api) {
    var namespace = api.namespace();
    var job = create(api, namespace);
    write(
        api,
        job,
        TrainingJobStatus.initial()
            .withCondition(
                new Condition(type, ConditionStatus.TRUE, "Why", "", Optional.of(1L), AT)));

    var name = ApiSerialization.create().asJson(type).replace("\"", "");
    var output =
        api.kubectl(
            "",
            "wait",
            "tj/digits",
            "--for=condition=" + name,
            "--timeout=5s",
            "--namespace",
            namespace);

    assertThat(output.text()).contains("condition met");
  }

  @Test
  void explainTellsWhatToDo(TestingApiServer api) {
    assertThat(api.kubectl("", "explain", "tj").text())
        .contains("A training job that can be paused");
    assertThat(api.kubectl("", "explain", "tj.spec.paused").text())
        .contains("save a checkpoint, verify it, and then release the pods");
    assertThat(api.kubectl("", "explain", "tj.spec.template.spec.containers.name").text())
        .contains("unique in the pod");
    assertThat(api.kubectl("", "explain", "tj.status.pause.receipt").text())
        .contains("lostSteps", "computeReleasedAt");
  }

  /** A checkpoint has a part for each worker; docs/changing-a-job.md. */
  @Test
  void jobIsNotScaled(TestingApiServer api) {
    var namespace = api.namespace();
    create(api, namespace);

    var scaled = api.kubectl("", "scale", "-n", namespace, "tj/digits", "--replicas=2");

    assertThat(scaled.code()).isNotZero();
    assertThat(scaled.text()).contains("NotFound");
  }

  @Test
  void storageLocationStaysOnceTheJobHasRun(TestingApiServer api) {
    var namespace = api.namespace();
    var job = create(api, namespace);
    var otherBucket = "{\"spec\":{\"checkpoint\":{\"storage\":{\"s3\":{\"bucket\":\"other\"}}}}}";
    var running =
        TrainingJobStatus.initial()
            .withRun(
                new RunStatus(1, "digits-1", Optional.empty(), AT, Optional.empty(), "FirstRun"));

    patch(api, namespace, otherBucket).orThrow(); // it has not run yet
    write(api, api.client().resource(job).get(), running);

    var refused = patch(api, namespace, otherBucket.replace("other", "third"));
    assertThat(refused.code()).isNotZero();
    assertThat(refused.text())
        .contains(
            "spec.checkpoint.storage.s3",
            "pause it, and then, its pods released, set them together with spec.resumeFrom.uri");
    assertThat(patch(api, namespace, otherBucket.replace("\"other\"", "null")).code())
        .as("nor may it be dropped")
        .isNotZero();
    patch(
            api,
            namespace,
            "{\"spec\":{\"checkpoint\":{\"storage\":{\"s3\":{\"region\":\"eu-central-1\"}}}}}")
        .orThrow();

    write(api, api.client().resource(job).get(), running.withPhase(Phase.PAUSED));
    assertThat(patch(api, namespace, otherBucket.replace("other", "third")).code())
        .as("a new place without its checkpoint")
        .isNotZero();
    patch(
            api,
            namespace,
            "{\"spec\":{\"resumeFrom\":{\"uri\":\"s3://other/m.json\"},\"checkpoint\":{\"storage\":{\"s3\":{\"bucket\":\"third\"}}}}}")
        .orThrow();
  }

  @Test
  void workersStayOnceTheJobTrainsOrHasACheckpoint(TestingApiServer api) {
    var namespace = api.namespace();
    var job = create(api, namespace);
    var running =
        TrainingJobStatus.initial()
            .withRun(
                new RunStatus(1, "digits-1", Optional.empty(), AT, Optional.empty(), "FirstRun"));

    patch(api, namespace, workers(4)).orThrow(); // it has not run yet
    write(api, api.client().resource(job).get(), running.withPhase(Phase.RUNNING));
    var refused = patch(api, namespace, workers(8));
    assertThat(refused.code()).isNotZero();
    assertThat(refused.text()).contains("spec.workers: stays as it is", "create another");

    write(api, api.client().resource(job).get(), running.withPhase(Phase.PAUSED));
    patch(api, namespace, workers(8)).orThrow(); // nothing was saved
    var saved = new CheckpointStatus(5, "s3://b/m.json", "00", 1, 2, AT, AT);
    write(
        api,
        api.client().resource(job).get(),
        running.withPhase(Phase.PAUSED).withCheckpoint(saved));
    assertThat(patch(api, namespace, workers(4)).code()).isNotZero();
  }

  @Test
  void jobThatIsHeldInPlaceStaysWhereItIs(TestingApiServer api) {
    var namespace = api.namespace();
    var job = create(api, namespace);
    var run = new RunStatus(1, "digits-1", Optional.empty(), AT, Optional.empty(), "FirstRun");
    write(api, job, TrainingJobStatus.initial().withRun(run).withPhase(Phase.HELD));

    var moved =
        patch(
            api,
            namespace,
            "{\"spec\":{\"resumeFrom\":{\"uri\":\"s3://other/m.json\"},\"checkpoint\":{\"storage\":{\"s3\":{\"bucket\":\"other\"}}}}}");
    var resized = patch(api, namespace, workers(8));

    assertThat(moved.text()).contains("its pods released");
    assertThat(resized.text()).contains("spec.workers: stays as it is");
    assertThat(jobsIn(api, namespace, "Held")).contains("digits");
  }

  private static String workers(int count) {
    return "{\"spec\":{\"workers\":" + count + ",\"checkpoint\":{\"every\":{\"steps\":5}}}}";
  }

  private static TrainingJob create(TestingApiServer api, String namespace) {
    var job = ApiSerialization.create().unmarshal(JobYaml.valid(), TrainingJob.class);
    return api.client().resource(job).inNamespace(namespace).create();
  }

  private static void write(TestingApiServer api, TrainingJob job, TrainingJobStatus status) {
    job.setStatus(status);
    api.client().resource(job).updateStatus();
  }

  private static String jobsIn(TestingApiServer api, String namespace, String phase) {
    return api.kubectl(
            "", "get", "tj", "--namespace", namespace, "--field-selector", "status.phase=" + phase)
        .text();
  }

  private static TestingApiServer.Output patch(
      TestingApiServer api, String namespace, String patch) {
    return api.kubectl(
        "", "patch", "tj", "digits", "--namespace", namespace, "--type=merge", "-p", patch);
  }
}
