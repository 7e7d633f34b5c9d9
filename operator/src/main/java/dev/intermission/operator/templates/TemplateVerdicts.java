package dev.intermission.operator.templates;

import dev.intermission.operator.plan.observation.TemplateCheck;
import dev.intermission.operator.plan.observation.TemplateCheck.Verdict;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The last verdict about each job's spec. In memory only: a new process asks again. Thread-safe.
 */
public final class TemplateVerdicts {
  private final Map<String, TemplateCheck> byJobUid = new ConcurrentHashMap<>();

  /** The verdict, if it is about the spec of this fingerprint. */
  public TemplateCheck of(String jobUid, String fingerprint) {
    var known = byJobUid.get(jobUid);
    return known != null && known.fingerprint().equals(fingerprint)
        ? known
        : new TemplateCheck(fingerprint, Optional.empty());
  }

  /** Replaces the verdict about this job. */
  public void put(String jobUid, String fingerprint, Verdict verdict) {
    byJobUid.put(jobUid, new TemplateCheck(fingerprint, Optional.of(verdict)));
  }

  /** Forgets every job but these. */
  public void keepOnly(Set<String> jobUids) {
    byJobUid.keySet().retainAll(jobUids);
  }
}
