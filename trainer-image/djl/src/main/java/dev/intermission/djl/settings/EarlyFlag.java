package dev.intermission.djl.settings;

import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A flag that decides which other flags there are or what they default to. */
final class EarlyFlag {

  private EarlyFlag() {}

  /** Its value, whatever else is among {@code arguments}: that is judged later. */
  static Optional<String> value(String flag, String... arguments) {
    var option = OptionSpec.builder(flag).type(String.class).arity("0..1").build();
    var line = new CommandLine(CommandSpec.create().addOption(option));
    line.setUnmatchedArgumentsAllowed(true).parseArgs(arguments);
    return Optional.ofNullable(option.getValue());
  }
}
