package dev.intermission.operator.plan.observation;

import java.util.Objects;

/**
 * Everything that one plan may know besides spec, status and the time. Built from caches and from
 * the last answers of agents and of S3; never from a guess: what was not seen is absent.
 *
 * @param subject which job, and which generation of its spec the plan is made for
 * @param template whether the API server takes the child Job that this spec describes
 * @param cluster child Jobs and pods of ours, of every run; a pod missing from the cache was looked
 *     up live before it is missing here
 * @param agents the newest answer of each worker's agent
 * @param storage HEAD, the last storage problem, and what verification found
 */
public record Observation(
    Subject subject, TemplateCheck template, Cluster cluster, Agents agents, Storage storage) {

  public Observation {
    Objects.requireNonNull(subject, "subject");
    Objects.requireNonNull(template, "template");
    Objects.requireNonNull(cluster, "cluster");
    Objects.requireNonNull(agents, "agents");
    Objects.requireNonNull(storage, "storage");
  }
}
