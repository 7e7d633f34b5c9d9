package dev.intermission.sdk;

/** Told to leave while waiting for the restore; the process ends with the verdict's exit code. */
public final class LeftEarly extends RuntimeException {

  private final transient Verdict.Leave verdict;

  LeftEarly(Verdict.Leave verdict) {
    super("Told to leave before training began: " + verdict.reason());
    this.verdict = verdict;
  }

  public Verdict.Leave verdict() {
    return verdict;
  }
}
