package dev.intermission.cli;

import picocli.CommandLine.Command;

/** {@code kubectl intermission checkpoints}. */
@Command(
    name = "checkpoints",
    description = "Lists, verifies, exports and imports checkpoints.",
    subcommands = {
      ListCommand.class,
      VerifyCommand.class,
      ExportCommand.class,
      ImportCommand.class
    },
    mixinStandardHelpOptions = true)
final class Checkpoints {}
