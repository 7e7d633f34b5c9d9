package dev.intermission.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;
import java.util.Map;

/**
 * A team's own queue, {@code examples/kueue/queues.yaml} under names of its own, so that no team
 * waits for another; and what Kueue says of the jobs in it.
 */
final class Kueue {

  private static final ResourceDefinitionContext WORKLOADS = kind("Workload", "workloads", true);
  private static final ResourceDefinitionContext CLUSTER_QUEUES =
      kind("ClusterQueue", "clusterqueues", false);

  private static final String NAMESPACE = "kueue-system";
  private static final String MANAGER = "deployment/kueue-controller-manager";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Team team;

  private Kueue(Team team) {
    this.team = team;
  }

  /** Into this cluster, with its own chart. Builds the program when no run has before. */
  static void install(String cluster) {
    Command.of("e2e/install-kueue", "--name", cluster).run();
  }

  /** Its controller and webhooks are gone; closing it brings them back. */
  static Outage away(TestBed bed) {
    scale(bed, 0);
    TestBed.require(
        bed.kubectl("-n", NAMESPACE, "wait", "--for=delete", "pod", "--all", "--timeout=1m"));
    return () -> {
      scale(bed, 1);
      TestBed.require(bed.kubectl("-n", NAMESPACE, "rollout", "status", MANAGER, "--timeout=2m"));
    };
  }

  private static void scale(TestBed bed, int replicas) {
    TestBed.require(
        bed.kubectl("-n", NAMESPACE, "scale", MANAGER, "--replicas", Integer.toString(replicas)));
  }

  /** A queue that admits so many pods at a time. */
  static Kueue queue(Team team, int pods) {
    var own = team.namespace();
    team.apply(
        "kueue/queues.yaml",
        Map.of(
            "name: any-node\n",
            "name: " + own + "\n",
            "name: urgent\n",
            "name: " + own + "\n",
            "name: training\nspec:\n  namespaceSelector",
            "name: " + own + "\nspec:\n  namespaceSelector",
            "clusterQueue: training",
            "clusterQueue: " + own,
            "{name: pods, nominalQuota: 1}",
            "{name: pods, nominalQuota: " + pods + "}"));
    return new Kueue(team);
  }

  JobManifest job(String name) {
    return JobManifest.digits(name).with("metadata.labels", queueLabel());
  }

  /** Comes before those of {@link #job}, and takes their quota if it has to. */
  JobManifest urgentJob(String name) {
    var labels = queueLabel().put("kueue.x-k8s.io/priority-class", team.namespace());
    return JobManifest.digits(name).with("metadata.labels", labels);
  }

  private static ObjectNode queueLabel() {
    return JSON.createObjectNode().put("kueue.x-k8s.io/queue-name", "training");
  }

  /** An administrator's word to all of the queue: {@code None} or {@code HoldAndDrain}. */
  void stopPolicy(String policy) {
    team.client()
        .genericKubernetesResources(CLUSTER_QUEUES)
        .withName(team.namespace())
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\": {\"stopPolicy\": \"" + policy + "\"}}");
  }

  /** A condition of the Workload that stands for this run; missing when Kueue has none of it. */
  JsonNode condition(JobHandle job, long run, String type) {
    return workloads().stream()
        .filter(workload -> ownedBy(workload, job.name() + "-" + run))
        .map(workload -> JSON.valueToTree(workload).path("status").path("conditions"))
        .flatMap(conditions -> conditions.valueStream())
        .filter(condition -> condition.path("type").asText().equals(type))
        .findFirst()
        .orElse(JSON.missingNode());
  }

  /** Whether Kueue counts any run of this job. */
  boolean knows(JobHandle job) {
    return workloads().stream().anyMatch(workload -> ownedBy(workload, job.name() + "-"));
  }

  private List<GenericKubernetesResource> workloads() {
    return team.client()
        .genericKubernetesResources(WORKLOADS)
        .inNamespace(team.namespace())
        .list()
        .getItems();
  }

  private static boolean ownedBy(GenericKubernetesResource workload, String childJob) {
    return workload.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> owner.getName().startsWith(childJob));
  }

  private static ResourceDefinitionContext kind(String kind, String plural, boolean namespaced) {
    return new ResourceDefinitionContext.Builder()
        .withGroup("kueue.x-k8s.io")
        .withVersion("v1beta2")
        .withKind(kind)
        .withPlural(plural)
        .withNamespaced(namespaced)
        .build();
  }
}
