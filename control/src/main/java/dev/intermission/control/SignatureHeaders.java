package dev.intermission.control;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The five headers of a signed request, read and written. */
record SignatureHeaders(String keyId, long id, Stamp stamp, byte[] signature) {

  static final String KEY = "Intermission-Key";
  static final String ID = "Intermission-Id";
  static final String DATE = "Intermission-Date";
  static final String NONCE = "Intermission-Nonce";
  static final String SIGNATURE = "Intermission-Signature";

  Map<String, String> toMap() {
    return Map.of(
        KEY, keyId,
        ID, Long.toString(id),
        DATE, Long.toString(stamp.date().getEpochSecond()),
        NONCE, stamp.nonce(),
        SIGNATURE, Base64.getEncoder().encodeToString(signature));
  }

  /** Absent when a header is missing or is not what it should be. */
  static Optional<SignatureHeaders> read(Function<String, Optional<String>> header) {
    var names = List.of(KEY, ID, DATE, NONCE, SIGNATURE);
    var values = names.stream().map(header).flatMap(Optional::stream).toList();
    if (values.size() < names.size()) return Optional.empty();
    try {
      return Optional.of(parse(values));
    } catch (IllegalArgumentException | DateTimeException _) {
      return Optional.empty();
    }
  }

  private static SignatureHeaders parse(List<String> values) {
    var date = Instant.ofEpochSecond(Long.parseLong(values.get(2)));
    return new SignatureHeaders(
        values.get(0),
        Long.parseLong(values.get(1)),
        new Stamp(date, values.get(3)),
        Base64.getDecoder().decode(values.get(4)));
  }
}
