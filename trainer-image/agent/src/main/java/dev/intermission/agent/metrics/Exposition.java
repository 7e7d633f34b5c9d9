package dev.intermission.agent.metrics;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Writes Prometheus' text format, version 0.0.4.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Exposition
 *     formats</a>
 */
final class Exposition {

  private static final String PREFIX = "intermission_agent_";

  private final StringBuilder text = new StringBuilder();

  void gauge(String name, String help, double value) {
    head(name, help, "gauge");
    line(name, "", value);
  }

  void counter(String name, String help, double value) {
    head(name, help, "counter");
    line(name, "", value);
  }

  /** One line a label's value; the values are our own CamelCase words and need no escaping. */
  void counters(String name, String help, String label, Map<String, Long> values) {
    head(name, help, "counter");
    values.forEach((value, count) -> line(name, "{" + label + "=\"" + value + "\"}", count));
  }

  void summary(String name, String help, long count, double sum) {
    head(name, help, "summary");
    line(name + "_count", "", count);
    line(name + "_sum", "", sum);
  }

  byte[] bytes() {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void head(String name, String help, String type) {
    text.append("# HELP ").append(PREFIX).append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(PREFIX).append(name).append(' ').append(type).append('\n');
  }

  private void line(String name, String labels, double value) {
    text.append(PREFIX).append(name).append(labels).append(' ').append(value).append('\n');
  }
}
