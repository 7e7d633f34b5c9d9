package dev.intermission.cli;

/** {@code kubectl intermission}. */
public final class CliMain {

  private CliMain() {}

  public static void main(String[] args) {
    System.exit(Intermission.commandLine().execute(args));
  }
}
