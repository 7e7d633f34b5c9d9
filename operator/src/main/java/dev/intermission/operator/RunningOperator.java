package dev.intermission.operator;

import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.operator.config.InvalidConfiguration;
import dev.intermission.operator.config.OperatorConfig;
import dev.intermission.operator.health.HealthServer;
import dev.intermission.operator.health.Probes;
import dev.intermission.operator.metrics.OperatorMetrics;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The started process: informers, reconciles, health port, lease. Stops once, in order. */
final class RunningOperator implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RunningOperator.class);
  private static final int RECONCILE_THREADS = 8;
  private static final Duration LAST_RECONCILES = Duration.ofSeconds(10);

  private final KubernetesClient client;
  private final Operator operator;
  private final Leader leader;
  private final HealthServer health;
  private final List<AutoCloseable> connections;
  private final CountDownLatch end = new CountDownLatch(1);
  private volatile boolean started;

  /** What is run. */
  record Parts(
      KubernetesClient client,
      TrainingJobReconciler reconciler,
      Housekeeping housekeeping,
      OperatorMetrics metrics) {}

  private RunningOperator(OperatorConfig config, Parts parts, List<AutoCloseable> connections) {
    this.client = parts.client();
    this.connections = connections;
    this.leader = new Leader(client, config.leadership(), end::countDown);
    this.operator = new Operator(framework -> configure(framework, parts));
    this.health =
        HealthServer.start(
            config.httpPort(),
            new Probes(this::live, () -> started, () -> started),
            parts.metrics()::scrape);
  }

  /**
   * Returns when informers are synced; reconciles run from then on, or from when this replica
   * leads. {@code connections} are closed at the end.
   *
   * @throws InvalidConfiguration the cluster is not prepared for the operator
   */
  static RunningOperator start(
      OperatorConfig config, Parts parts, List<AutoCloseable> connections) {
    requireCrd(parts.client(), config);
    var running = new RunningOperator(config, parts, connections);
    running.operator.register(
        parts.reconciler(),
        controller -> {
          if (config.watchNamespaces().isEmpty()) controller.watchingAllNamespaces();
          else controller.settingNamespaces(config.watchNamespaces());
          controller.withRetry(retry()).withReconciliationMaxInterval(Duration.ofMinutes(5));
        });
    Runtime.getRuntime().addShutdownHook(new Thread(running::close, "shutdown"));
    running.operator.start();
    parts.housekeeping().start().publishPhases(parts.metrics());
    running.started = true;
    log.atInfo()
        .addKeyValue(
            "namespaces", config.watchNamespaces().isEmpty() ? "all" : config.watchNamespaces())
        .addKeyValue("port", running.health.port())
        .log("operator started");
    return running;
  }

  /** Blocks until the process has to end: it was told to stop, or lost its lease. */
  void awaitEnd() throws InterruptedException {
    end.await();
  }

  /** Where health and metrics are served. */
  int port() {
    return health.port();
  }

  @Override
  public synchronized void close() {
    if (!started) {
      return;
    }
    started = false;
    leader.stopping();
    operator.stop();
    leader.release(); // dies before it: the successor waits for the lease to run out, nothing else
    health.close();
    for (var connection : connections) {
      closeQuietly(connection);
    }
    client.close();
    end.countDown();
  }

  private void configure(ConfigurationServiceOverrider framework, Parts parts) {
    framework
        .withKubernetesClient(client)
        .withConcurrentReconciliationThreads(RECONCILE_THREADS)
        .withConcurrentWorkflowExecutorThreads(1)
        .withReconciliationTerminationTimeout(LAST_RECONCILES)
        .withCloseClientOnStop(false) // the lease is released after the last reconcile
        .withMetrics(new ReconcileMeter(parts.metrics()));
    leader.election().ifPresent(framework::withLeaderElectionConfiguration);
  }

  /** For ever: a job is never given up because the API server was away for a while. */
  private static GenericRetry retry() {
    return new GenericRetry()
        .withoutMaxAttempts()
        .setInitialInterval(Duration.ofMillis(500))
        .setIntervalMultiplier(2)
        .setMaxInterval(Duration.ofSeconds(30).toMillis());
  }

  private boolean live() {
    return !started || (operator.getRuntimeInfo().allEventSourcesAreHealthy() && leader.alive());
  }

  private static void requireCrd(KubernetesClient client, OperatorConfig config) {
    try {
      var jobs = client.resources(TrainingJob.class);
      var somewhere =
          config.watchNamespaces().stream().findAny().map(jobs::inNamespace).orElse(null);
      var list = somewhere == null ? jobs.inAnyNamespace() : somewhere;
      list.withLabel("intermission.dev/none-has-this").list();
    } catch (KubernetesClientException refused) {
      throw new InvalidConfiguration(
          List.of(
              switch (refused.getCode()) {
                case 404 ->
                    "the cluster does not know TrainingJobs: apply the chart's folder crds first";
                case 401, 403 ->
                    "the service account may not list TrainingJobs: install the chart's RBAC ("
                        + refused.getMessage()
                        + ")";
                default -> "the API server cannot be asked: " + refused.getMessage();
              }));
    }
  }

  private static void closeQuietly(AutoCloseable connection) {
    try {
      connection.close();
    } catch (Exception atTheEnd) { // the process ends: there is nobody left to decide anything
      log.atWarn().setCause(atTheEnd).log("a connection was not closed cleanly");
    }
  }
}
