package dev.intermission.control;

/** A signal that a script may understand as "save", with its number on Linux. */
public enum PosixSignal {
  SIGHUP(1),
  SIGINT(2),
  SIGUSR1(10),
  SIGUSR2(12),
  SIGTERM(15);

  private final int number;

  PosixSignal(int number) {
    this.number = number;
  }

  /** As kill(2) wants it. */
  public int number() {
    return number;
  }

  /**
   * The signal of this name.
   *
   * @throws IllegalArgumentException it is none of these
   */
  public static PosixSignal parse(String name) {
    for (var signal : values()) if (signal.name().equals(name)) return signal;
    throw new IllegalArgumentException("\"" + name + "\" is no signal that asks to save");
  }
}
