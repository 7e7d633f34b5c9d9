package dev.intermission.djl.settings;

import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The trainer's own variables: {@code TRAIN_BATCH_SIZE} is the flag {@code --batch-size}. */
final class Variables {

  static final String PREFIX = "TRAIN_";

  /** What Kubernetes sets in every pod beside a Service of the name {@code train}. */
  private static final Pattern OF_A_SERVICE =
      Pattern.compile(PREFIX + "(.*_)?(SERVICE_HOST|SERVICE_PORT.*|PORT|PORT_[0-9]+_.*)");

  private Variables() {}

  /** Variable by the name of its setting; an empty one says nothing. */
  static SortedMap<String, String> read(Map<String, String> environment) {
    var settings = new TreeMap<String, String>();
    environment.forEach(
        (variable, value) -> {
          if (variable.startsWith(PREFIX)
              && !value.isBlank()
              && !OF_A_SERVICE.matcher(variable).matches())
            settings.put(setting(variable), value.strip());
        });
    return settings;
  }

  static String of(String setting) {
    return PREFIX + setting.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  private static String setting(String variable) {
    return variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
