package dev.intermission.djl;

import picocli.CommandLine;

/** The program of the trainer image. */
public final class DjlMain {

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new TrainCommand()).execute(arguments));
  }
}
