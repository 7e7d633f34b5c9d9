package dev.intermission.checkpoint.manifest;

import dev.intermission.checkpoint.layout.FencingToken;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.layout.Sha256;
import java.util.regex.Pattern;

/**
 * Points to one immutable manifest and says what its bytes must be.
 *
 * @param name {@code <step, 20 digits>-<run>-<writerEpoch>-<16 hex>.json}
 * @param sha256 of the manifest's bytes, lower-case hex
 * @param step the checkpoint's step, as in the name
 */
public record ManifestRef(String name, String sha256, long step) {

  private static final Pattern NAME =
      Pattern.compile("([0-9]{20})-([0-9]{1,18})-([0-9]{1,18})-([0-9a-f]{16})\\.json");

  public ManifestRef {
    var parsed = NAME.matcher(name);
    if (!parsed.matches()) {
      throw new IllegalArgumentException("not the name of a manifest: \"" + name + "\"");
    }
    Sha256.require(sha256);
    if (!sha256.startsWith(parsed.group(4)) || stepOf(name) != step) {
      throw new IllegalArgumentException(
          "manifest " + name + " does not belong to step " + step + " with sum " + sha256);
    }
  }

  /** Points to the manifest called {@code name}; its step stands in the name. */
  public static ManifestRef of(String name, String sha256) {
    return new ManifestRef(name, sha256, isName(name) ? stepOf(name) : -1);
  }

  /** Points to the manifest of these bytes. */
  public static ManifestRef of(long step, FencingToken token, String sha256) {
    return new ManifestRef(Layout.manifestName(step, token, sha256), sha256, step);
  }

  /** Whether {@code name} is one that a manifest can have. */
  public static boolean isName(String name) {
    try {
      tokenOf(name);
      stepOf(name);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Who wrote it, as in the name. */
  public FencingToken token() {
    return tokenOf(name);
  }

  /** Who wrote the manifest of this name. */
  public static FencingToken tokenOf(String name) {
    var parsed = NAME.matcher(name);
    if (!parsed.matches()) throw new IllegalArgumentException("not a manifest: \"" + name + "\"");
    return new FencingToken(Long.parseLong(parsed.group(2)), Long.parseLong(parsed.group(3)));
  }

  /** The step in the name of a manifest. */
  public static long stepOf(String name) {
    try {
      return Long.parseLong(name.substring(0, 20));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("a step has at most 19 digits: \"" + name + "\"", e);
    }
  }
}
