package dev.intermission.djl.builtin;

import dev.intermission.djl.data.Text;
import dev.intermission.djl.program.TrainingProgram;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The transformer made so small that a step takes a few milliseconds, dropout included. */
public final class TestingText {

  private TestingText() {}

  public static TrainingProgram program() {
    return program("--layers=1", "--width=16", "--heads=2", "--context=8", "--dropout=0.2");
  }

  /**
   * With its settings as a user gives them, on the alphabet over and over: 27 characters, so that
   * windows of 8 begin at each of them.
   */
  static TextProgram program(String... arguments) {
    return told(
        new TextProgram(Text.of("alphabet", "abcdefghijklmnopqrstuvwxyz ".repeat(32))), arguments);
  }

  /** The same on a text that the settings name. */
  static TextProgram told(TextProgram program, String... arguments) {
    new CommandLine(CommandSpec.forAnnotatedObjectLenient(program)).parseArgs(arguments);
    return program;
  }
}
