package dev.intermission.checkpoint.s3;

import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How an HTTP/1.1 answer begins.
 *
 * @param status of three digits
 * @param fields by lower-case name; of several equal ones the last
 */
record ResponseHead(int status, Map<String, String> fields) {

  /** Reads everything up to and with the empty line. */
  static ResponseHead parse(String text) throws IOException {
    var lines = text.split("\r\n");
    var words = lines[0].split(" ", 3);
    if (words.length < 2 || !words[0].startsWith("HTTP/1.") || !words[1].matches("[1-5]\\d\\d")) {
      throw new IOException("not an HTTP answer: \"" + shown(lines[0]) + "\"");
    }
    var fields = new HashMap<String, String>();
    for (var i = 1; i < lines.length; i++) {
      var colon = lines[i].indexOf(':');
      if (colon < 0) continue;
      var name = lines[i].substring(0, colon).strip().toLowerCase(Locale.ROOT);
      fields.put(name, lines[i].substring(colon + 1).strip());
    }
    return new ResponseHead(Integer.parseInt(words[1]), fields);
  }

  Optional<String> field(String lowerCaseName) {
    return Optional.ofNullable(fields.get(lowerCaseName));
  }

  /** Bytes that follow, where the server says how many; a chunked answer does not. */
  Optional<Long> length() {
    return field("content-length").filter(text -> text.matches("\\d{1,18}")).map(Long::valueOf);
  }

  /** Whether the server will not answer on this connection again. */
  boolean closes() {
    return field("connection").filter("close"::equalsIgnoreCase).isPresent()
        || (status >= 200 && length().isEmpty());
  }

  private static String shown(String line) {
    return line.substring(0, Math.min(80, line.length()));
  }
}
