package dev.intermission.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A TrainingJob as a user would write it: {@code examples/digits.yaml} cut down to a run of some
 * ten seconds, changed field by field.
 */
final class JobManifest {

  /**
   * Optimizer updates of a run: enough for several checkpoints and pauses, few enough for a test.
   */
  static final int STEPS = 800;

  static final int CHECKPOINT_EVERY = 100;

  static final String TRAINER_IMAGE = "localhost/intermission/trainer:dev";

  private static final String HOSTNAME = "kubernetes.io/hostname";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode root;

  private JobManifest(ObjectNode root) {
    this.root = root;
  }

  static JobManifest digits(String name) {
    var manifest = new JobManifest(JSON.createObjectNode());
    manifest.root.put("apiVersion", "intermission.dev/v1alpha1").put("kind", "TrainingJob");
    return manifest
        .with("metadata.name", name)
        .with("spec.checkpoint.every.steps", CHECKPOINT_EVERY)
        .with("spec.pause.timeout", "2m")
        .with("spec.template.spec.nodeSelector", hostname(TestBed.STEADY_NODE))
        .trainer("image", JSON.getNodeFactory().textNode(TRAINER_IMAGE))
        .steps(STEPS);
  }

  /** Other than {@link #STEPS}: ends with other weights. */
  JobManifest steps(int steps) {
    return trainer("args", JSON.createArrayNode().add("--steps").add(Integer.toString(steps)));
  }

  /** Longer than any test: however fast the machine is, it trains until it is stopped. */
  JobManifest endless() {
    return steps(1_000_000);
  }

  /** Exits with 3 instead of training, unless this condition of {@code test} holds in its shell. */
  JobManifest failingUnless(String condition) {
    return trainer("command", commandFailingUnless(condition));
  }

  static ArrayNode commandFailingUnless(String condition) {
    var script =
        "[ "
            + condition
            + " ] || exit 3; exec /app/jre/bin/java @/app/jvm.options @/app/class.path"
            + " dev.intermission.djl.DjlMain \"$@\"";
    return JSON.createArrayNode().add("sh").add("-c").add(script).add("trainer");
  }

  /** Keeps its checkpoints behind this gate. */
  JobManifest through(StoreGate gate) {
    return with("spec.checkpoint.storage.s3.credentialsSecret", Team.S3_SECRET)
        .with("spec.checkpoint.storage.s3.endpoint", gate.endpoint());
  }

  /** By time instead of by steps. */
  JobManifest savesEach(String interval) {
    return with("spec.checkpoint.every", JSON.createObjectNode().put("interval", interval));
  }

  JobManifest with(String path, String value) {
    return with(path, JSON.getNodeFactory().textNode(value));
  }

  JobManifest with(String path, long value) {
    return with(path, JSON.getNodeFactory().numberNode(value));
  }

  JobManifest with(String path, boolean value) {
    return with(path, JSON.getNodeFactory().booleanNode(value));
  }

  JobManifest with(String path, JsonNode value) {
    var at = root;
    var names = path.split("\\.");
    for (var i = 0; i < names.length - 1; i++) at = at.withObjectProperty(names[i]);
    at.set(names[names.length - 1], value);
    return this;
  }

  /** On any node: its workers may meet those that disturb {@link TestBed#SPARE_NODE}. */
  JobManifest anywhere() {
    return with("spec.template.spec.nodeSelector", JSON.createObjectNode());
  }

  /** On this node as long as it may; elsewhere if it must. */
  JobManifest preferring(String node) {
    var term = JSON.createObjectNode().put("weight", 100);
    term.withObject("/preference")
        .withArray("/matchExpressions")
        .addObject()
        .put("key", HOSTNAME)
        .put("operator", "In")
        .withArray("/values")
        .add(node);
    var path =
        "spec.template.spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution";
    return anywhere().with(path, JSON.createArrayNode().add(term));
  }

  /** Its workers share out over both nodes. */
  JobManifest onBothNodes() {
    var spread = JSON.createArrayNode();
    var constraint = spread.addObject().put("maxSkew", 1).put("topologyKey", HOSTNAME);
    constraint
        .put("whenUnsatisfiable", "DoNotSchedule")
        .withObject("/labelSelector/matchLabels")
        .put("intermission.dev/job", name());
    return anywhere().with("spec.template.spec.topologySpreadConstraints", spread);
  }

  /** Its pod needs something of which each node has one, as it would a GPU. */
  JobManifest takingHostPort(int port) {
    var ports = JSON.createArrayNode();
    ports.addObject().put("containerPort", port).put("hostPort", port);
    return trainer("ports", ports);
  }

  /** Sets a field of the container named trainer. */
  JobManifest trainer(String field, JsonNode value) {
    trainerContainer().set(field, value);
    return this;
  }

  JobManifest trainerImage(String image) {
    trainerContainer().put("image", image);
    return this;
  }

  JobManifest renameTrainer(String name) {
    trainerContainer().put("name", name);
    return this;
  }

  String name() {
    return root.at("/metadata/name").asText();
  }

  String json() {
    return root.toPrettyString();
  }

  private static JsonNode hostname(String node) {
    return JSON.createObjectNode().put(HOSTNAME, node);
  }

  private ObjectNode trainerContainer() {
    var pod =
        root.withObjectProperty("spec").withObjectProperty("template").withObjectProperty("spec");
    ArrayNode containers = pod.withArrayProperty("containers");
    if (containers.isEmpty()) containers.addObject().put("name", "trainer");
    return (ObjectNode) containers.get(0);
  }
}
