package dev.intermission.checkpoint.layout;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Builds every S3 key of one job; nothing else does. The layout is specified in
 * docs/checkpoint-format.md.
 *
 * @param prefix the installation's or the job's prefix, without slashes at its ends; may be empty
 * @param job whose checkpoints
 */
public record Layout(String prefix, JobKey job) {

  /** Digits of a step in names: as many as any {@code long} needs, so that names sort by step. */
  private static final int STEP_DIGITS = 20;

  private static final String LAST_CALL = ".last-call";

  public Layout {
    prefix =
        Stream.of(prefix.split("/"))
            .filter(segment -> !segment.isEmpty())
            .map(segment -> KeySegment.require("prefix", segment))
            .collect(Collectors.joining("/"));
  }

  /** {@code <prefix>/<namespace>/<name>/<uid>/}: everything of the job is below it. */
  public String root() {
    var start = prefix.isEmpty() ? "" : prefix + "/";
    return start + job.namespace() + "/" + job.name() + "/" + job.uid() + "/";
  }

  /** The one mutable object. */
  public String head() {
    return root() + "HEAD";
  }

  /** Folder of all manifests. */
  public String manifests() {
    return root() + "manifests/";
  }

  /** Key of the manifest called {@code name}. */
  public String manifest(String name) {
    return manifests() + KeySegment.require("manifest", name);
  }

  /**
   * Name of the manifest with these facts; it ends in its sum, so that equal names mean equal
   * bytes.
   */
  public static String manifestName(long step, FencingToken token, String sha256) {
    return padded(step) + "-" + token + "-" + short16(sha256) + ".json";
  }

  /** Folder of all parts. */
  public String parts() {
    return root() + "parts/";
  }

  /** Folder of the parts of one save. */
  public String parts(long step, FencingToken token) {
    return parts() + step + "-" + token + "/";
  }

  /** What the keys of all parts of one rank in one pod start with; the part's own sum follows. */
  public String partPrefix(long step, FencingToken token, int rank, String podUid) {
    return parts(step, token) + rank + "-" + KeySegment.require("pod uid", podUid) + "-";
  }

  /** Key of one rank's part: {@link #partPrefix} and the first digits of its sum. */
  public static String part(String partPrefix, String sha256) {
    return partPrefix + short16(sha256) + ".json";
  }

  /** Folder of all chunks. */
  public String chunks() {
    return root() + "chunks/";
  }

  /**
   * Key of a chunk that this save writes. Content addressed for people and for repair, but never
   * shared between saves: a sweep that listed an older chunk of the same bytes cannot delete it
   * under this save.
   */
  public String chunk(String sha256, long step, FencingToken token) {
    return chunks() + sha256.substring(0, 2) + "/" + sha256 + chunkSuffix(step, token);
  }

  /**
   * How the keys of all chunks that this save wrote end; a chunk without it was taken over from the
   * parent.
   */
  public static String chunkSuffix(long step, FencingToken token) {
    return "-" + step + "-" + token;
  }

  /** Folder of the collector's marks. */
  public String marks() {
    return root() + "marks/";
  }

  /** The collector's announcement that it is about to delete a manifest. */
  public String mark(String manifestName) {
    return marks() + KeySegment.require("manifest", manifestName);
  }

  /**
   * The collector's last word before it looks for pins and deletes: whoever pins after it must not
   * use the manifest.
   */
  public String lastCall(String manifestName) {
    return mark(manifestName) + LAST_CALL;
  }

  /** Whose last call {@code name}, below {@link #marks}, is; absent for anything else. */
  public static Optional<String> announced(String name) {
    return name.endsWith(LAST_CALL)
        ? Optional.of(name.substring(0, name.length() - LAST_CALL.length()))
        : Optional.empty();
  }

  /** The announcement that everything goes: nobody may refer to any manifest of this job anew. */
  public String purgeMark() {
    return marks() + "purge";
  }

  /** Folder of all pins. */
  public String pins() {
    return root() + "pins/";
  }

  /** Folder of the pins of one manifest. */
  public String pins(String manifestName) {
    return pins() + KeySegment.require("manifest", manifestName) + "/";
  }

  /** Keeps a manifest for an owner, for as long as this object exists. */
  public String pin(String manifestName, String ownerUid) {
    return pins(manifestName) + KeySegment.require("owner", ownerUid);
  }

  /** Folder of the notes about damaged manifests. */
  public String quarantine() {
    return root() + "quarantine/";
  }

  /** The note that a manifest is damaged: nothing resumes from it any more. */
  public String quarantine(String manifestName) {
    return quarantine() + KeySegment.require("manifest", manifestName);
  }

  /** Folder of what the collector has to remember from one sweep to the next. */
  public String notes() {
    return root() + "retention/";
  }

  /** How the names of all manifests of a step begin. */
  public static String namePrefix(long step) {
    return padded(step) + "-";
  }

  private static String padded(long step) {
    if (step < 0) throw new IllegalArgumentException("a step is never negative: " + step);
    var digits = Long.toString(step);
    return "0".repeat(STEP_DIGITS - digits.length()) + digits;
  }

  private static String short16(String sha256) {
    return sha256.substring(0, 16);
  }
}
