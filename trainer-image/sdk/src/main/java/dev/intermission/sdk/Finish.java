package dev.intermission.sdk;

/** How a training that reached its end may leave. */
public sealed interface Finish {

  int exitCode();

  /**
   * The final checkpoint is committed to the store, or is on the local disk where there is no
   * store. Exit 0.
   */
  record Durable(long step) implements Finish {
    @Override
    public int exitCode() {
      return 0;
    }
  }

  /**
   * The final checkpoint is not known to be committed: the exit code must not be 0, or the work
   * might be taken as done and be lost.
   */
  record NotDurable(String reason) implements Finish {
    @Override
    public int exitCode() {
      return 74; // an input/output error, as in sysexits.h
    }
  }

  /** Told to leave while waiting. */
  record Left(Verdict.Leave verdict) implements Finish {
    @Override
    public int exitCode() {
      return verdict.why().exitCode();
    }
  }
}
