package dev.intermission.sdk.directory;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * {@code script.json}: what the agent remembers of a script whose part it takes in the other files;
 * for the agent alone, so that its next process goes on.
 *
 * @param step newest checkpoint that was taken over or restored
 * @param ran whether a process of it was ever seen
 * @param trained whether the script has written one since its start
 * @param taken by name, what a checkpoint looked like that needs no second look
 * @param asked the newest request
 */
public record ScriptFile(
    Optional<Long> step,
    boolean ran,
    boolean trained,
    Map<String, String> taken,
    Optional<Asked> asked) {

  /** How far a request is. */
  public enum State {
    /** No newer checkpoint was seen. */
    OPEN,
    /** A newer checkpoint was taken over for it; with a hold, nothing more is until it ends. */
    SAVED,
    /** The hold is over, or the request was taken back. */
    OVER
  }

  /**
   * A request.
   *
   * @param id of it
   * @param hold whether the script stands still afterwards
   * @param since by the clock of the file system; what changed later answers the request
   * @param state how far it is
   */
  public record Asked(long id, boolean hold, Instant since, State state) {}

  public ScriptFile {
    taken = taken == null ? Map.of() : Map.copyOf(new TreeMap<>(taken));
  }

  /** Of a script that may start now, from {@code restored}. */
  public static ScriptFile beginning(Optional<Long> restored, Map<String, String> there) {
    return new ScriptFile(restored, false, false, there, Optional.empty());
  }

  /** The newest request's id; 0 before the first. */
  @JsonIgnore
  public long askedId() {
    return asked.map(Asked::id).orElse(0L);
  }

  /** The request that waits for a newer checkpoint. */
  @JsonIgnore
  public Optional<Asked> open() {
    return asked.filter(request -> request.state() == State.OPEN);
  }

  /** The request for which the script stands still. */
  @JsonIgnore
  public Optional<Long> heldFor() {
    return asked.filter(request -> request.state() == State.SAVED && request.hold()).map(Asked::id);
  }

  public ScriptFile with(Asked request) {
    return new ScriptFile(step, ran, trained, taken, Optional.of(request));
  }

  /** The newest request, at another stage. */
  public ScriptFile with(State state) {
    return new ScriptFile(
        step,
        ran,
        trained,
        taken,
        asked.map(old -> new Asked(old.id(), old.hold(), old.since(), state)));
  }

  /** Looked at, and never again while it looks like this. */
  public ScriptFile with(String name, String print) {
    var more = new TreeMap<>(taken);
    more.put(name, print);
    return new ScriptFile(step, ran, true, more, asked);
  }

  /** A process of the script was seen. */
  public ScriptFile running() {
    return new ScriptFile(step, true, trained, taken, asked);
  }

  /** The script is at this step. */
  public ScriptFile at(long newest) {
    return new ScriptFile(Optional.of(newest), ran, true, taken, asked);
  }

  /** Only names that are still there: a script that keeps few checkpoints writes many. */
  public ScriptFile only(Set<String> names) {
    var left = new TreeMap<>(taken);
    left.keySet().retainAll(names);
    return new ScriptFile(step, ran, trained, left, asked);
  }
}
