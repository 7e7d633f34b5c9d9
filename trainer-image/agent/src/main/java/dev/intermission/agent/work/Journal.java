package dev.intermission.agent.work;

import dev.intermission.sdk.directory.AgentFile;
import dev.intermission.sdk.directory.Request;
import dev.intermission.sdk.directory.SharedDirectory;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The two files that the agent writes: agent.json is its memory beyond its own process,
 * control.json what it wants of the trainer. Thread-safe. A write that fails throws {@link
 * java.io.UncheckedIOException} and leaves the older content.
 */
public final class Journal {

  private final SharedDirectory directory;

  /** The journal of a shared directory. */
  public Journal(SharedDirectory directory) {
    this.directory = directory;
  }

  /** What an earlier process of this pod left, or the beginning. */
  public synchronized AgentFile memory() {
    return directory.agent().read().orElseGet(AgentFile::starting);
  }

  /** Changes the memory; after the return it survives the machine's crash. */
  public synchronized AgentFile remember(UnaryOperator<AgentFile> change) {
    var before = memory();
    var after = change.apply(before);
    if (!after.equals(before)) directory.agent().replaceDurably(after);
    return after;
  }

  /** What the trainer was told last. */
  public Optional<Request> told() {
    return directory.control().read();
  }

  /** Tells the trainer; it looks at its next step boundary, or at once while it is held. */
  public synchronized void tell(Request request) {
    directory.control().replaceDurably(request);
  }
}
