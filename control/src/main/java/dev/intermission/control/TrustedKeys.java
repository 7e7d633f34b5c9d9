package dev.intermission.control;

import java.security.PublicKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The public keys whose signatures an agent believes; several, so that the operator's key can be
 * rotated under living pods.
 */
public record TrustedKeys(Map<String, PublicKey> byId) {

  /** Rejects an empty set, which would refuse every request. */
  public TrustedKeys {
    byId = Map.copyOf(byId);
    if (byId.isEmpty()) throw new IllegalArgumentException("no public key");
    byId.keySet().forEach(SigningKeys::requireKeyId);
  }

  /**
   * Reads {@code keyid=base64,keyid=base64}.
   *
   * @throws IllegalArgumentException says which key id is wrong, and how
   */
  public static TrustedKeys parse(String text) {
    var keys = new LinkedHashMap<String, PublicKey>();
    for (var entry : text.split(",", -1)) {
      var cut = entry.indexOf('=');
      if (cut < 1) {
        throw new IllegalArgumentException(
            "\"" + entry.strip() + "\" is not of the form keyid=base64");
      }
      var id = entry.substring(0, cut).strip();
      if (keys.put(id, SigningKeys.decodePublic(entry.substring(cut + 1).strip())) != null) {
        throw new IllegalArgumentException("key " + id + " is there twice");
      }
    }
    return new TrustedKeys(keys);
  }

  /** The form that {@link #parse} reads, in the order of the key ids. */
  public String encode() {
    return byId.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> entry.getKey() + "=" + SigningKeys.encode(entry.getValue()))
        .collect(Collectors.joining(","));
  }

  Optional<PublicKey> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }
}
