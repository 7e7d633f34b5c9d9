package dev.intermission.djl.settings;

import java.lang.reflect.Array;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Where every setting comes from: its flag, else its variable, else the file, else the default. */
public final class Settings implements IDefaultValueProvider {

  private final List<Layer> layers;
  private final List<String> arguments;

  /** Settings of one origin; {@code naming} makes of a setting's name the one that it has there. */
  private record Layer(UnaryOperator<String> naming, SortedMap<String, String> values) {
    String nameOf(String setting) {
      return naming.apply(setting);
    }
  }

  private Settings(List<Layer> layers, List<String> arguments) {
    this.layers = List.copyOf(layers);
    this.arguments = List.copyOf(arguments);
  }

  /**
   * Reads the environment and the file that {@code --config} or {@code TRAIN_CONFIG} names.
   *
   * @throws InvalidSettings the file is not there or is no mapping
   */
  public static Settings read(Map<String, String> environment, String... arguments) {
    var variables = Variables.read(environment);
    var layers = new ArrayList<Layer>();
    layers.add(new Layer(Variables::of, variables));
    EarlyFlag.value("--config", arguments)
        .or(() -> Optional.ofNullable(variables.get("config")))
        .map(Path::of)
        .ifPresent(
            file -> layers.add(new Layer(name -> name + " in " + file, SettingsFile.read(file))));
    return new Settings(layers, List.of(arguments));
  }

  /** The same, with values that hold where nobody gives one; {@code whose} says whose they are. */
  public Settings withDefaults(String whose, Map<String, String> defaults) {
    var more = new ArrayList<>(layers);
    more.add(new Layer(name -> name + " of " + whose, new TreeMap<>(defaults)));
    return new Settings(more, arguments);
  }

  /** A setting that decides which others there are, before any of them is judged. */
  public Optional<String> early(String setting) {
    return EarlyFlag.value("--" + setting, arguments.toArray(String[]::new))
        .or(() -> value(setting));
  }

  /** The value of {@code setting} where no flag gives one. */
  public Optional<String> value(String setting) {
    return layers.stream()
        .flatMap(layer -> Optional.ofNullable(layer.values().get(setting)).stream())
        .findFirst();
  }

  /** Null where the option's own default holds: that is what picocli asks for. */
  @Override
  public String defaultValue(ArgSpec argument) {
    return argument instanceof OptionSpec option ? value(setting(option)).orElse(null) : null;
  }

  /**
   * Refuses names that no option of {@code line} has, with the nearest one that there is.
   *
   * @throws ParameterException names all of them
   */
  public void refuseUnknown(CommandLine line) {
    var known =
        options(line).stream()
            .map(Settings::setting)
            .collect(Collectors.toCollection(TreeSet::new));
    var problems = new ArrayList<String>();
    for (var layer : layers) {
      for (var name : layer.values().keySet()) {
        if (!known.contains(name))
          problems.add("Unknown setting: " + layer.nameOf(name) + suggestion(line, layer, name));
      }
    }
    if (!problems.isEmpty()) throw new ParameterException(line, String.join("\n", problems));
  }

  private static String suggestion(CommandLine line, Layer layer, String name) {
    return new UnmatchedArgumentException(line, List.of("--" + name))
        .getSuggestions().stream()
            .filter(flag -> flag.startsWith("--"))
            .findFirst()
            .map(flag -> "; did you mean " + layer.nameOf(flag.substring(2)) + "?")
            .orElse("");
  }

  /** Where the value of {@code option} comes from, for people. */
  public String origin(ParseResult parsed, OptionSpec option) {
    if (parsed.hasMatchedOption(option)) return option.longestName();
    return originOfDefault(option).orElse("default");
  }

  /** The variable or the line of the file that takes the place of the option's default. */
  public Optional<String> originOfDefault(OptionSpec option) {
    var setting = setting(option);
    return layers.stream()
        .filter(layer -> layer.values().containsKey(setting))
        .findFirst()
        .map(layer -> layer.nameOf(setting));
  }

  /** Every setting, its value and where that comes from: {@code steps=2000 (--steps), ...}. */
  public String describe(ParseResult parsed) {
    var described = new TreeMap<String, String>();
    for (var option : options(parsed.commandSpec().commandLine())) {
      var value = shown(option.getValue());
      described.put(
          setting(option), "%s=%s (%s)".formatted(setting(option), value, origin(parsed, option)));
    }
    return String.join(", ", described.values());
  }

  /** As it can be given: an array of its own accord would show where it is in memory. */
  private static String shown(Object value) {
    if (value == null || !value.getClass().isArray()) return String.valueOf(value);
    return IntStream.range(0, Array.getLength(value))
        .mapToObj(place -> String.valueOf(Array.get(value, place)))
        .collect(Collectors.joining(","));
  }

  private static List<OptionSpec> options(CommandLine line) {
    return line.getCommandSpec().options().stream()
        .filter(option -> !option.usageHelp() && !option.versionHelp())
        .toList();
  }

  private static String setting(OptionSpec option) {
    return option.longestName().substring(2);
  }
}
