package dev.intermission.operator;

import dev.intermission.api.v1alpha1.TrainingJob;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceAction;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceEvent;
import java.util.Set;

/**
 * Wakes jobs for what is no event of the cluster: an answer, an alarm. As an event of the job
 * itself, since the framework drops every other one of a job whose first event it lost, which
 * happens to a job that is made anew under the name of one that is just being forgotten.
 */
final class Wakes extends AbstractEventSource<Void, TrainingJob> {

  Wakes() {
    super(Void.class, "answers");
  }

  /** Lets the job be reconciled soon; many wakes before it are one. Nothing before the start. */
  void wake(TrainingJob job) {
    if (isRunning()) {
      getEventHandler()
          .handleEvent(
              new ResourceEvent(ResourceAction.UPDATED, ResourceID.fromResource(job), job));
    }
  }

  @Override
  public Set<Void> getSecondaryResources(TrainingJob job) {
    return Set.of();
  }
}
