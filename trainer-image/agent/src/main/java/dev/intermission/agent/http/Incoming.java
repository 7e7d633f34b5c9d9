package dev.intermission.agent.http;

import java.util.Optional;
import java.util.function.Function;

/**
 * One request, read whole.
 *
 * @param method in capitals
 * @param target path with query, as received
 * @param body at most 64 KiB
 * @param header finds a header's first value, whatever the case of its name
 */
record Incoming(
    String method, String target, byte[] body, Function<String, Optional<String>> header) {

  String path() {
    var query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /** The value of a query parameter. */
  Optional<String> parameter(String name) {
    var query = target.indexOf('?');
    if (query < 0) return Optional.empty();
    for (var pair : target.substring(query + 1).split("&")) {
      if (pair.startsWith(name + "=")) return Optional.of(pair.substring(name.length() + 1));
    }
    return Optional.empty();
  }
}
