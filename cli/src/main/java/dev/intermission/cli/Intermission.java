package dev.intermission.cli;

import dev.intermission.checkpoint.failure.StoreException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands, and what their errors mean to a shell. */
@Command(
    name = "kubectl-intermission",
    description = "Looks after the checkpoints of training jobs.",
    subcommands = Checkpoints.class,
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the checkpoint is not whole",
      "2:the command line is not understood",
      "3:there is no such checkpoint",
      "4:the store cannot be used",
      "5:the folder cannot be used"
    })
final class Intermission {

  static final int NOT_WHOLE = 1;
  static final int NOT_THERE = 3;
  static final int STORE = 4;
  static final int FOLDER = 5;

  /** Ready to {@code execute}; prints errors as one line, without a stack trace. */
  static CommandLine commandLine() {
    return new CommandLine(new Intermission())
        .setExecutionExceptionHandler(
            (failure, command, _) -> {
              if (!(failure instanceof StoreException refused)) throw failure;
              command.getErr().println(refused.reason() + ": " + refused.getMessage());
              return exitCode(refused);
            });
  }

  private static int exitCode(StoreException failure) {
    return switch (failure) {
      case StoreException.Damaged _ -> NOT_WHOLE;
      case StoreException.DirectoryRefused _,
          StoreException.DirectoryTorn _,
          StoreException.NoSpace _,
          StoreException.DiskFailing _ ->
          FOLDER;
      default -> STORE; // whatever else a store refuses or fails to do
    };
  }
}
