package dev.intermission.operator;

import dev.intermission.api.v1alpha1.ApiSerialization;
import dev.intermission.control.AgentEnvironment;
import dev.intermission.control.RequestSigner;
import dev.intermission.operator.act.Children;
import dev.intermission.operator.act.Deletions;
import dev.intermission.operator.act.DrainTokens;
import dev.intermission.operator.act.Executor;
import dev.intermission.operator.act.Finalizers;
import dev.intermission.operator.act.ManifestReferences;
import dev.intermission.operator.act.Sources;
import dev.intermission.operator.act.Templates;
import dev.intermission.operator.agents.AgentCalls;
import dev.intermission.operator.agents.AgentClient;
import dev.intermission.operator.agents.AgentReports;
import dev.intermission.operator.agents.OperatorKey;
import dev.intermission.operator.config.InvalidConfiguration;
import dev.intermission.operator.config.Leadership.Election;
import dev.intermission.operator.config.OperatorConfig;
import dev.intermission.operator.events.EventRecorder;
import dev.intermission.operator.metrics.ApiCallMeter;
import dev.intermission.operator.metrics.OperatorMetrics;
import dev.intermission.operator.observe.ComplaintWatch;
import dev.intermission.operator.observe.Complaints;
import dev.intermission.operator.observe.Facts;
import dev.intermission.operator.observe.Observer;
import dev.intermission.operator.record.Milestones;
import dev.intermission.operator.record.Recorder;
import dev.intermission.operator.resources.AgentSidecar;
import dev.intermission.operator.resources.ChildResources;
import dev.intermission.operator.resources.Fingerprint;
import dev.intermission.operator.storage.AccessRules;
import dev.intermission.operator.storage.StorageFacts;
import dev.intermission.operator.storage.StorageWork;
import dev.intermission.operator.storage.Stores;
import dev.intermission.operator.templates.DryRun;
import dev.intermission.operator.templates.TemplateVerdicts;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.time.Clock;
import java.util.List;

/** Wires the operator: every service is made here, once, and given to those who use it. */
final class OperatorApp {
  private final OperatorConfig config;
  private final OperatorKey key;
  private final KubernetesClient client;
  private final Clock clock = SteadyClock.system();
  private final OperatorMetrics metrics;
  private final EventSources sources = new EventSources();
  private final Facts facts =
      new Facts(new AgentReports(), new StorageFacts(), new TemplateVerdicts(), new Complaints());

  private OperatorApp(
      OperatorConfig config, OperatorKey key, KubernetesClient client, OperatorMetrics metrics) {
    this.config = config;
    this.key = key;
    this.client = client;
    this.metrics = metrics;
  }

  /** Starts everything against the cluster of this process's kubeconfig or service account. */
  static RunningOperator start(OperatorConfig config) {
    return start(config, Config.autoConfigure(null));
  }

  /** Starts everything against {@code cluster}. */
  static RunningOperator start(OperatorConfig config, Config cluster) {
    var key = readKey(config);
    var metrics = new OperatorMetrics();
    var client =
        new KubernetesClientBuilder()
            .withConfig(cluster)
            .withKubernetesSerialization(ApiSerialization.create())
            .withHttpClientBuilderConsumer(
                http -> http.addOrReplaceInterceptor(ApiCallMeter.NAME, new ApiCallMeter(metrics)))
            .build();
    return new OperatorApp(config, key, client, metrics).run();
  }

  private RunningOperator run() {
    var alarms = new Alarms(sources::wake);
    var access = new AccessRules(config.storage(), config.agent().s3Secret());
    var storage = new Stores(client, config.storage());
    var agents =
        new AgentClient(new RequestSigner(key.signing()), clock, AgentEnvironment.DEFAULT_PORT);
    var observer =
        new Observer(
            client, facts, access, new Fingerprint(client.getKubernetesSerialization()), clock);
    var work = new StorageWork(storage, facts.storage(), sources::wake, clock, metrics);
    var reconciler =
        new TrainingJobReconciler(
            observer,
            new Pacing(() -> sources.jobs().count()),
            recorder(),
            executor(
                agentCalls(agents),
                new Executor.Store(
                    work, access, new ManifestReferences(client), new Sources(client, access))),
            new TrainingJobReconciler.Surroundings(sources, alarms, clock));
    var housekeeping = new Housekeeping(observer, facts.agents(), sources);
    var complaints =
        ComplaintWatch.start(
            client, config.watchNamespaces(), facts.complaints(), sources::wakeOwner);
    return RunningOperator.start(
        config,
        new RunningOperator.Parts(client, reconciler, housekeeping, metrics),
        List.of(alarms, complaints, housekeeping, agents, work, storage));
  }

  private static OperatorKey readKey(OperatorConfig config) {
    var file = config.agent().signingKeyFile();
    try {
      return OperatorKey.read(file);
    } catch (IOException | IllegalArgumentException unusable) {
      throw new InvalidConfiguration(
          List.of(
              "INTERMISSION_SIGNING_KEY_FILE names "
                  + file
                  + ", which holds no key: "
                  + unusable.getMessage()));
    }
  }

  private Recorder recorder() {
    var instance = config.leadership().election().map(Election::identity).orElse("operator");
    return new Recorder(
        client, new EventRecorder(client, clock, instance), new Milestones(metrics));
  }

  private AgentCalls agentCalls(AgentClient agents) {
    return new AgentCalls(
        agents,
        facts.agents(),
        new AgentCalls.Doorbell(sources::stillThere, sources::wake),
        clock,
        metrics);
  }

  private Executor executor(AgentCalls agents, Executor.Store store) {
    var sidecar = new AgentSidecar(config.agent().image(), key.trusted().encode());
    var resources =
        new ChildResources(
            sidecar, key.signing().id(), new Fingerprint(client.getKubernetesSerialization()));
    return new Executor(
        new Children(client, resources, new DrainTokens()),
        new Templates(new DryRun(client, clock), facts.templates(), clock, sources::wake),
        new Executor.Removal(new Deletions(client), new Finalizers(client, metrics)),
        agents,
        store);
  }
}
