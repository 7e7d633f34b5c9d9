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

  /**
   * With a chain of operations that libtorch's optimizer of graphs would take for one, and a
   * dropout whose factor no float32 is.
   */
  public static TrainingProgram gated() {
    try {
      var file = Files.createTempFile("module", ".pt");
      file.toFile().deleteOnExit();
      var gate = "torch.mul(torch.mul(hidden, torch.sigmoid(hidden)), torch.tanh(hidden))";
      TestingModule.writeWith(
          file, 16, "torch.dropout(hidden, 0.5", "torch.dropout(" + gate + ", 0.3");
      return over(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static TrainingProgram over(Path module) {
    return program("--module=" + module);
  }
}
