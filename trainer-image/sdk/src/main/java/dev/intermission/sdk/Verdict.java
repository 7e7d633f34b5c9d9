package dev.intermission.sdk;

/** What a trainer does after a boundary. */
public sealed interface Verdict {

  /** Make the next step. */
  record TrainOn() implements Verdict {}

  /** Make no further step, save nothing, end the process with {@link Why#exitCode}. */
  record Leave(Why why, String reason) implements Verdict {}

  /** Why to leave. */
  enum Why {
    /** The checkpoint is verified and compute is released. */
    RELEASED(0),
    /** Another pod took over; whatever would be saved here would be refused. */
    STOPPED(75);

    private final int exitCode;

    Why(int exitCode) {
      this.exitCode = exitCode;
    }

    /**
     * 0 where all went as planned, 75 (a temporary failure, as in sysexits.h) where this process
     * lost its job to another.
     */
    public int exitCode() {
      return exitCode;
    }
  }
}
