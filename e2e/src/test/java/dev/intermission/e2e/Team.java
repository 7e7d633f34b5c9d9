package dev.intermission.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.checkpoint.protocol.Head;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * A namespace of its own with the S3 Secret that a team would be given, for the length of one test.
 */
final class Team implements AutoCloseable {

  /** The Secret's name that the installation tells every job to use. */
  static final String S3_SECRET = "intermission-s3";

  private final TestBed bed;
  private final String namespace;

  private Team(TestBed bed, String namespace) {
    this.bed = bed;
    this.namespace = namespace;
  }

  static Team open(TestBed bed, String test) {
    var readable =
        test.replaceAll("\\(.*", "")
            .replaceAll("([A-Z])", "-$1")
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9-]", "");
    var namespace =
        readable.substring(0, Math.min(40, readable.length())).replaceAll("-+$", "")
            + "-"
            + UUID.randomUUID().toString().substring(0, 5);
    var client = bed.client();
    client
        .namespaces()
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
    var team = new Team(bed, namespace);
    var root = bed.storage().credentials();
    team.createSecret(S3_SECRET, root.accessKeyId(), root.secretAccessKey());
    return team;
  }

  String namespace() {
    return namespace;
  }

  KubernetesClient client() {
    return bed.client();
  }

  void createSecret(String name, String accessKeyId, String secretAccessKey) {
    client()
        .secrets()
        .inNamespace(namespace)
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withStringData(
                    Map.of(
                        "AWS_ACCESS_KEY_ID", accessKeyId, "AWS_SECRET_ACCESS_KEY", secretAccessKey))
                .build())
        .serverSideApply();
  }

  /**
   * {@code kubectl create -f}: the API server's refusal, if any, is thrown as the client reports
   * it.
   */
  JobHandle create(JobManifest manifest) {
    client()
        .genericKubernetesResources(JobHandle.TRAINING_JOBS)
        .inNamespace(namespace)
        .load(new ByteArrayInputStream(manifest.json().getBytes(StandardCharsets.UTF_8)))
        .create();
    return new JobHandle(client(), namespace, manifest.name());
  }

  /** {@code kubectl apply -f} of an example, changed in words; each of them must be there. */
  void apply(String example, Map<String, String> changes) {
    try {
      var yaml = Files.readString(Repository.root().resolve("examples").resolve(example));
      for (var change : changes.entrySet()) {
        assertThat(yaml).contains(change.getKey());
        yaml = yaml.replace(change.getKey(), change.getValue());
      }
      var file = Files.createTempFile("example", ".yaml");
      Files.writeString(file, yaml);
      var result = bed.kubectl("-n", namespace, "apply", "-f", file.toString());
      assertThat(result.exit()).as(result.output()).isZero();
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot apply " + example, e);
    }
  }

  /** Through the eviction API, as a drain or an autoscaler does. */
  void evict(Pod pod) {
    var name = pod.getMetadata().getName();
    assertThat(client().pods().inNamespace(namespace).withName(name).evict()).isTrue();
  }

  /**
   * A pod that matters more comes to this node for the host port, of which there is one: the
   * scheduler preempts who has it. Closing it lets the node go.
   */
  Outage preempt(String node, int hostPort) {
    var pod =
        new PodBuilder()
            .withNewMetadata()
            .withName("matters-more")
            .endMetadata()
            .withNewSpec()
            .withPriorityClassName("system-cluster-critical")
            .withNodeSelector(Map.of("kubernetes.io/hostname", node))
            .addNewContainer()
            .withName("sleeper")
            .withImage(JobManifest.TRAINER_IMAGE)
            .withCommand("sleep", "infinity")
            .addNewPort()
            .withContainerPort(hostPort)
            .withHostPort(hostPort)
            .endPort()
            .endContainer()
            .endSpec()
            .build();
    var created = client().pods().inNamespace(namespace).resource(pod);
    created.create();
    return () -> created.withGracePeriod(0).delete();
  }

  /** Changes the child Job of this run, as another controller may. */
  void patchChildJob(JobHandle job, long run, String json) {
    var name = job.name() + "-" + run;
    client()
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withName(name)
        .patch(PatchContext.of(PatchType.JSON_MERGE), json);
  }

  /** {@code kubectl exec} in the trainer of a pod: what it wrote. */
  String exec(Pod pod, String... words) {
    var line = new ArrayList<>(List.of("-n", namespace, "exec", pod.getMetadata().getName()));
    line.addAll(List.of("-c", "trainer", "--"));
    line.addAll(List.of(words));
    var result = bed.kubectl(line.toArray(String[]::new));
    assertThat(result.exit()).as(result.output()).isZero();
    return result.output();
  }

  /** Jobs, pods and Services of the operator's in this namespace, whosever they are. */
  List<HasMetadata> madeByTheOperator() {
    var made = new ArrayList<HasMetadata>();
    var mark = "intermission.dev/job";
    var jobs = client().batch().v1().jobs().inNamespace(namespace);
    made.addAll(jobs.withLabel(mark).list().getItems());
    made.addAll(client().pods().inNamespace(namespace).withLabel(mark).list().getItems());
    made.addAll(client().services().inNamespace(namespace).withLabel(mark).list().getItems());
    return made;
  }

  /** Names of the Services that this job's workers meet by. */
  List<String> servicesOf(JobHandle job) {
    return client()
        .services()
        .inNamespace(namespace)
        .withLabel("intermission.dev/job", job.name())
        .list()
        .getItems()
        .stream()
        .map(service -> service.getMetadata().getName())
        .toList();
  }

  /** One that exists already. */
  JobHandle job(String name) {
    return new JobHandle(client(), namespace, name);
  }

  /** What was committed for this job, read from S3 and not from anybody's report. */
  Committed committed(JobHandle job) {
    return bed.storage().committed(job.key());
  }

  /** Who may write, as S3 has it. */
  Head head(JobHandle job) {
    return bed.storage().head(job.key());
  }

  List<String> eventReasons(JobHandle job) {
    return client().v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> event.getInvolvedObject().getName().equals(job.name()))
        .map(event -> event.getReason())
        .toList();
  }

  /**
   * Whatever anybody can read of this team without a right to its Secrets, and the operator's log.
   */
  String said() {
    var said = new StringBuilder(operatorLog());
    said.append(kubectl("get", "trainingjobs,jobs,pods,events,services,configmaps", "-o", "yaml"));
    for (var pod : client().pods().inNamespace(namespace).list().getItems())
      said.append(kubectl("logs", pod.getMetadata().getName(), "--all-containers"));
    return said.toString();
  }

  private String operatorLog() {
    return bed.kubectl(
            "-n", TestBed.OPERATOR_NAMESPACE, "logs", "deploy/intermission", "--tail=2000")
        .output();
  }

  /** Everything a person would ask for after a failure, under target/e2e/NAMESPACE. */
  void writeEvidence() {
    var dir = Repository.root().resolve("e2e/target/e2e").resolve(namespace);
    try {
      Files.createDirectories(dir);
      write(dir, "job.yaml", "get", "trainingjobs", "-o", "yaml");
      write(dir, "objects.txt", "get", "jobs,pods,services", "-o", "wide");
      write(dir, "pods.yaml", "get", "pods", "-o", "yaml");
      write(dir, "events.txt", "get", "events", "--sort-by=.lastTimestamp");
      for (var pod : client().pods().inNamespace(namespace).list().getItems()) {
        for (var container : List.of("trainer", "agent")) {
          write(
              dir,
              pod.getMetadata().getName() + "." + container + ".log",
              "logs",
              pod.getMetadata().getName(),
              "-c",
              container,
              "--tail=400");
        }
      }
      Files.writeString(dir.resolve("operator.log"), operatorLog());
      System.err.println("evidence: " + dir);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + dir, e);
    }
  }

  private void write(Path dir, String file, String... words) throws IOException {
    Files.writeString(dir.resolve(file), kubectl(words));
  }

  private String kubectl(String... words) {
    var line = new ArrayList<>(List.of("-n", namespace));
    line.addAll(List.of(words));
    return bed.kubectl(line.toArray(String[]::new)).output();
  }

  @Override
  public void close() {
    client().namespaces().withName(namespace).delete();
  }
}
