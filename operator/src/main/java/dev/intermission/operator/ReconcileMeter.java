package dev.intermission.operator;

import dev.intermission.operator.metrics.OperatorMetrics;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import java.time.Duration;

/** Times reconciles for the framework, which then passes every exception on as it was. */
record ReconcileMeter(OperatorMetrics metrics) implements Metrics {
  @Override
  public <T> T timeControllerExecution(ControllerExecution<T> execution) throws Exception {
    var begin = System.nanoTime();
    var outcome = "failed";
    try {
      var result = execution.execute();
      outcome = "done";
      return result;
    } finally {
      metrics.reconciled(outcome, Duration.ofNanos(System.nanoTime() - begin));
    }
  }
}
