package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.TrainingJobSpec;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.operator.plan.observation.Agents;
import dev.intermission.operator.plan.observation.Cluster;
import dev.intermission.operator.plan.observation.Observation;
import dev.intermission.operator.plan.observation.Storage;
import dev.intermission.operator.plan.observation.Subject;
import dev.intermission.operator.plan.observation.TemplateCheck;
import dev.intermission.operator.plan.observation.Worker;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A gang of which only the workers and their agents matter. */
final class TestingGang {

  private TestingGang() {}

  static Pass pass(
      TrainingJobStatus status,
      int size,
      List<Worker> workers,
      Map<String, Agents.Report> reports,
      Instant now) {
    var seen =
        new Observation(
            new Subject(TestingWorld.JOB, 1, "s3://bucket/"),
            new TemplateCheck("f", Optional.empty()),
            new Cluster(List.of(), workers),
            new Agents(reports),
            Storage.UNSEEN);
    var spec = TrainingJobSpec.of(new PodTemplateSpec()).withWorkers(size);
    return new Pass(spec, status, seen, now, Pace.LIVELY);
  }
}
