package dev.intermission.operator.observe;

import dev.intermission.operator.agents.AgentReports;
import dev.intermission.operator.storage.StorageFacts;
import dev.intermission.operator.templates.TemplateVerdicts;
import java.util.Set;

/** The last answers from outside the API server's caches. */
public record Facts(
    AgentReports agents, StorageFacts storage, TemplateVerdicts templates, Complaints complaints) {

  /** Forgets jobs that are gone. */
  public void keepOnlyJobs(Set<String> jobUids) {
    storage.keepOnly(jobUids);
    templates.keepOnly(jobUids);
  }
}
