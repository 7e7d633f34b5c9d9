package dev.intermission.checkpoint.testing;

/** The scripted death of the process under test: nothing may catch it. */
public final class ProcessDied extends Error {
  private static final long serialVersionUID = 1;

  public ProcessDied(int call) {
    super("died at call " + call);
  }
}
