package dev.intermission.operator;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.operator.testing.ApiServerTest;
import dev.intermission.operator.testing.TestingCluster;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.List;
import org.junit.jupiter.api.Test;

@ApiServerTest
class EventSourcesTest {
  private final TestingCluster cluster;

  EventSourcesTest(TestingCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void eventThatComesBeforeTheWatchesOfChildrenIsNoError() {
    var sources = new EventSources();
    var framework =
        new Operator(
            configured ->
                configured.withKubernetesClient(cluster.client()).withCloseClientOnStop(false));
    framework.register(new Idle(sources)); // its watches are made, and not started

    assertThatCode(() -> sources.wakeOwner(eventOfAPod())).doesNotThrowAnyException();
  }

  private static Event eventOfAPod() {
    return new EventBuilder()
        .withNewInvolvedObject()
        .withKind("Pod")
        .withName("digits-1-0")
        .withNamespace("default")
        .endInvolvedObject()
        .build();
  }

  @ControllerConfiguration
  private record Idle(EventSources sources) implements Reconciler<TrainingJob> {
    @Override
    public UpdateControl<TrainingJob> reconcile(TrainingJob job, Context<TrainingJob> context) {
      return UpdateControl.noUpdate();
    }

    @Override
    public List<EventSource<?, TrainingJob>> prepareEventSources(
        EventSourceContext<TrainingJob> context) {
      return sources.create(context);
    }
  }
}
