package dev.intermission.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;

/**
 * What all end-to-end tests of one run share: a real cluster of their own, our images in it, and
 * the operator installed by its chart. Made once, removed at the end of the run; {@code
 * -De2e.cluster=NAME} uses (and keeps) a cluster that is already there.
 */
final class TestBed implements AutoCloseable {

  static final String OPERATOR_NAMESPACE = "intermission-system";

  /** Where jobs run that no test may disturb, beside the operator and the store. */
  static final String STEADY_NODE = "node1";

  /** Nothing but workers is ever there, so it may hang, be drained or be given notice. */
  static final String SPARE_NODE = "node2";

  private final String cluster;
  private final boolean keep;
  private final Path kubeconfig;
  private final KubernetesClient client;
  private final Storage storage;
  private JsonNode undisturbedDigests;
  private final Set<String> loaded = new HashSet<>();

  private TestBed(
      String cluster, boolean keep, Path kubeconfig, KubernetesClient client, Storage storage) {
    this.cluster = cluster;
    this.keep = keep;
    this.kubeconfig = kubeconfig;
    this.client = client;
    this.storage = storage;
  }

  static TestBed open() {
    return open("", 2);
  }

  /** One node, and Kueue beside the operator. */
  static TestBed openWithKueue() {
    var bed = open("-kueue", 1);
    Kueue.install(bed.cluster);
    return bed;
  }

  private static TestBed open(String suffix, int nodes) {
    var named = System.getProperty("e2e.cluster", "");
    var keep = !named.isEmpty();
    var cluster = (keep ? named : "e2e-" + checkoutDigest()) + suffix;
    // dies here: the next run finds the half-made cluster under the same name, and `up` repairs it
    var up = Command.of("e2e/cluster/cluster", "up", "--nodes", "" + nodes, "--name", cluster);
    var kubeconfig = Path.of(up.run());
    var archives = Command.of("e2e/images/build").run().lines().toList();
    Command.of("e2e/cluster/cluster", "load", "--name", cluster).and(archives).run();
    Command.of("e2e/install", "--kubeconfig", kubeconfig.toString()).run();
    var client = client(kubeconfig);
    return new TestBed(cluster, keep, kubeconfig, client, Storage.of(client));
  }

  KubernetesClient client() {
    return client;
  }

  Storage storage() {
    return storage;
  }

  /** Runs kubectl as a user would; standard error is part of the output. */
  Command.Result kubectl(String... words) {
    return Command.of(Command.of("e2e/cluster/tool", "kubectl").run())
        .and(List.of(words))
        .with("KUBECONFIG", kubeconfig.toString())
        .attemptWithErrors();
  }

  /**
   * {@code kubectl intermission checkpoints ...} as a person with the store's keys runs it; what it
   * wrote.
   */
  String checkpoints(String... words) {
    var java = Path.of(System.getProperty("java.home"), "bin");
    var keys = storage.credentials();
    return Command.of("cli/kubectl-intermission", "checkpoints")
        .and(List.of(words))
        .and(List.of("--endpoint", storage.endpoint().toString(), "--path-style"))
        .with("PATH", java + ":" + System.getenv("PATH"))
        .with("AWS_ACCESS_KEY_ID", keys.accessKeyId())
        .with("AWS_SECRET_ACCESS_KEY", keys.secretAccessKey())
        .run();
  }

  /**
   * What the digits job ends with when nobody touches it: the measure for every other test. Trained
   * once.
   */
  synchronized JsonNode undisturbedDigests() {
    if (undisturbedDigests == null) {
      try (var team = Team.open(this, "undisturbed")) {
        var job = team.create(JobManifest.digits("digits"));
        job.awaitPhase("Succeeded");
        undisturbedDigests = team.committed(job).digests();
      }
    }
    return undisturbedDigests;
  }

  /** Brings the image with PyTorch, which is large and which few stories need. */
  void loadTorch() {
    load("torch");
  }

  /** Brings the one that also has Hugging Face and Lightning. */
  void loadFrameworks() {
    load("frameworks");
  }

  private synchronized void load(String image) {
    if (loaded.contains(image)) return;
    var archive = Command.of("e2e/images/build", image).run();
    Command.of("e2e/cluster/cluster", "load", "--name", cluster, archive).run();
    loaded.add(image);
  }

  /** The node hangs, with its kubelet, its containerd and its pods; closing it wakes them up. */
  Outage freezeNode(String node) {
    Command.of("e2e/cluster/cluster", "freeze", node, "--name", cluster).run();
    return () -> Command.of("e2e/cluster/cluster", "thaw", node, "--name", cluster).run();
  }

  /** Somebody announces this node's end; closing it takes that back. */
  Outage taint(String node, String key) {
    require(kubectl("taint", "node", node, key + ":NoSchedule"));
    return () -> require(kubectl("taint", "node", node, key + "-"));
  }

  /**
   * The same as Azure says it: a condition of the node, and the cordon with which its drain begins.
   */
  Outage announceVmEvent(String node) {
    vmEvent(node, "True");
    require(kubectl("cordon", node));
    return () -> {
      require(kubectl("uncordon", node));
      vmEvent(node, "False");
    };
  }

  private void vmEvent(String node, String status) {
    var patch =
        "{\"status\":{\"conditions\":[{\"type\":\"VMEventScheduled\",\"status\":\""
            + status
            + "\"}]}}";
    require(kubectl("patch", "node", node, "--subresource=status", "-p", patch));
  }

  /** {@code kubectl drain}, to its end; closing it makes the node schedulable again. */
  Outage drain(String node) {
    require(kubectl("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--force"));
    return () -> require(kubectl("uncordon", node));
  }

  static void require(Command.Result result) {
    assertThat(result.exit()).as(result.output()).isZero();
  }

  /** Ends the operator's process without notice. The kubelet starts it again in the same pod. */
  void killOperator() {
    HostProcess.of(operator(), "operator").kill();
  }

  /**
   * The same as often as one likes: a new pod comes each time, since a kubelet starts a process
   * that ends again and again later and later.
   */
  void killOperatorAndItsPod() {
    for (var pod : operators()) {
      HostProcess.find(pod, "operator").ifPresent(HostProcess::kill);
      client.resource(pod).withGracePeriod(0).delete();
    }
  }

  /** Where the operator's requests come from; its pod keeps it when the process is killed. */
  String operatorAddress() {
    return operator().getStatus().getPodIP();
  }

  /** A second operator that waits for its turn; closing it leaves one again, whichever it is. */
  Outage secondOperator() {
    scaleOperator(2);
    return () -> {
      scaleOperator(1);
      Awaitility.await("the end of the other operator")
          .atMost(Duration.ofMinutes(1))
          .until(() -> operators().size() == 1);
    };
  }

  private void scaleOperator(int replicas) {
    var deployment = "deployment/intermission";
    require(kubectl("-n", OPERATOR_NAMESPACE, "scale", deployment, "--replicas", "" + replicas));
    require(kubectl("-n", OPERATOR_NAMESPACE, "rollout", "status", deployment, "--timeout=2m"));
  }

  /** The name of the operator's pod that has the Lease. */
  String leader() {
    return client
        .leases()
        .inNamespace(OPERATOR_NAMESPACE)
        .withName("intermission-operator")
        .require()
        .getSpec()
        .getHolderIdentity();
  }

  /** The leading operator hangs; closing it wakes it up, in the belief that it leads. */
  Outage freezeLeader() {
    var name = leader();
    var pod =
        operators().stream()
            .filter(one -> one.getMetadata().getName().equals(name))
            .findFirst()
            .orElseThrow();
    return HostProcess.of(pod, "operator").freeze();
  }

  private Pod operator() {
    var pods = operators();
    assertThat(pods).as("pods of the operator").hasSize(1);
    return pods.getFirst();
  }

  private List<Pod> operators() {
    return client
        .pods()
        .inNamespace(OPERATOR_NAMESPACE)
        .withLabel("app.kubernetes.io/name", "intermission")
        .list()
        .getItems();
  }

  @Override
  public void close() {
    storage.close();
    client.close();
    if (!keep) Command.of("e2e/cluster/cluster", "down", "--name", cluster).run();
  }

  private static KubernetesClient client(Path kubeconfig) {
    try {
      return new KubernetesClientBuilder()
          .withConfig(Config.fromKubeconfig(Files.readString(kubeconfig)))
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + kubeconfig, e);
    }
  }

  /** Two checkouts on one machine test side by side, each with a cluster of its own. */
  private static String checkoutDigest() {
    try {
      var sum =
          MessageDigest.getInstance("SHA-256")
              .digest(Repository.root().toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sum, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
