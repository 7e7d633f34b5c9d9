package dev.intermission.djl.builtin;

import dev.intermission.djl.program.TrainingProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The program for TorchScript with settings as a user gives them. */
public final class TestingTorchScript {

  private TestingTorchScript() {}

  static TrainingProgram program(String... arguments) {
    var program = new TorchScriptProgram();
    new CommandLine(CommandSpec.forAnnotatedObjectLenient(program)).parseArgs(arguments);
    return program;
  }

  /** With a small module, whose file is deleted when the JVM ends. */
  public static TrainingProgram small() {
    try {
      var file = Files.createTempFile("module", ".pt");
      file.toFile().deleteOnExit();
      return program("--module=" + TestingModule.write(file, 16));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static TrainingProgram over(Path module) {
    return program("--module=" + module);
  }
}
