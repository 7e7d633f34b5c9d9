package dev.intermission.operator.storage;

import dev.intermission.control.Problem;
import dev.intermission.operator.resources.StorageAccess;

/** Whether, and with whose credentials, a job's checkpoints may be reached. */
public sealed interface Access {

  /** The rules allow it; whether the store agrees is another question. */
  record Granted(StorageAccess storage, Credential credential) implements Access {}

  /** Refused before any request was signed. */
  record Denied(Problem problem) implements Access {}

  /** Where the operator takes its own credentials for this job from. */
  sealed interface Credential {
    /** The operator's environment; only for the installation's own endpoint, bucket and prefix. */
    record Installation() implements Credential {}

    /** A Secret of the job's namespace. */
    record OfJob(String namespace, String secret) implements Credential {}
  }
}
