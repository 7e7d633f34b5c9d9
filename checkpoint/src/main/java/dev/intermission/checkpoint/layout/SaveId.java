package dev.intermission.checkpoint.layout;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which save wrote an object: it stands in the name of every chunk, part and manifest.
 *
 * @param step of the save
 * @param token of the writer
 */
public record SaveId(long step, FencingToken token) {

  private static final Pattern CHUNK =
      Pattern.compile("[0-9a-f]{2}/[0-9a-f]{64}-([0-9]{1,19})-([0-9]{1,18})-([0-9]{1,18})");
  private static final Pattern PART =
      Pattern.compile("([0-9]{1,19})-([0-9]{1,18})-([0-9]{1,18})/.*");
  private static final Pattern MANIFEST =
      Pattern.compile("0?([0-9]{19})-([0-9]{1,18})-([0-9]{1,18})-[0-9a-f]{16}\\.json");

  /** Of a chunk, by its key below {@link Layout#chunks}; absent if it is no chunk of ours. */
  public static Optional<SaveId> ofChunk(String name) {
    return of(CHUNK.matcher(name));
  }

  /** Of a part, by its key below {@link Layout#parts}; absent if it is no part of ours. */
  public static Optional<SaveId> ofPart(String name) {
    return of(PART.matcher(name));
  }

  /** Of a manifest, by its name; absent if it is no manifest of ours. */
  public static Optional<SaveId> ofManifest(String name) {
    return of(MANIFEST.matcher(name));
  }

  private static Optional<SaveId> of(Matcher name) {
    if (!name.matches()) return Optional.empty();
    try {
      var run = Long.parseLong(name.group(2));
      var token = new FencingToken(run, Long.parseLong(name.group(3)));
      return Optional.of(new SaveId(Long.parseLong(name.group(1)), token));
    } catch (IllegalArgumentException e) { // a step or a token that no save ever had
      return Optional.empty();
    }
  }
}
