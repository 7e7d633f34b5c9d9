package dev.intermission.djl.builtin;

import dev.intermission.djl.program.TrainingProgram;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The digits with settings as a user gives them. */
public final class TestingDigits {

  private TestingDigits() {}

  public static TrainingProgram program(String... arguments) {
    var program = new DigitsProgram();
    new CommandLine(CommandSpec.forAnnotatedObjectLenient(program)).parseArgs(arguments);
    return program;
  }
}
