package dev.intermission.agent;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Processes of a test, which end with it, and their children with them. */
public final class TestingProcesses implements AutoCloseable {

  private final List<Process> started = new ArrayList<>();

  /** Starts one that says here what it says. */
  public Process start(ProcessBuilder builder) throws IOException {
    var process = builder.inheritIO().start();
    started.add(process);
    return process;
  }

  /** In the order of their start. */
  public List<Process> all() {
    return List.copyOf(started);
  }

  /** Ends one as a node that vanishes does. */
  public static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  @Override
  public void close() {
    started.forEach(TestingProcesses::kill);
  }
}
