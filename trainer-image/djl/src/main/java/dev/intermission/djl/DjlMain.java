package dev.intermission.djl;

/** The program of the trainer image. */
public final class DjlMain {

  public static void main(String[] arguments) {
    System.exit(TrainCommand.execute(System.getenv(), arguments));
  }
}
