package dev.intermission.e2e;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A container's main process as the host sees it. The test's own cluster runs on this machine, so a
 * crash can be the real thing: a SIGKILL that no handler hears, a SIGSTOP that leaves every
 * connection open and unanswered.
 */
record HostProcess(long pid) {

  /** The process of a running container; fails when the container has none on this machine. */
  static HostProcess of(Pod pod, String container) {
    var id = containerId(pod, container);
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(path -> path.getFileName().toString().chars().allMatch(Character::isDigit))
          .filter(path -> cgroup(path).contains(id))
          .map(path -> Long.parseLong(path.getFileName().toString()))
          .min(Long::compare)
          .map(HostProcess::new)
          .orElseThrow(
              () ->
                  new AssertionError(
                      "no process of container " + container + " (" + id + ") on this machine"));
    } catch (IOException e) {
      throw new AssertionError("cannot read /proc", e);
    }
  }

  /** Ends it the way the kernel's out-of-memory killer does. */
  void kill() {
    signal("KILL");
  }

  void freeze() {
    signal("STOP");
  }

  void thaw() {
    signal("CONT");
  }

  /** Resident memory in bytes. */
  long residentBytes() throws IOException {
    var line =
        Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
            .filter(l -> l.startsWith("VmRSS:"))
            .findFirst();
    return line.map(l -> Long.parseLong(l.replaceAll("\\D", "")) * 1024).orElseThrow();
  }

  private void signal(String name) {
    Command.of("kill", "-" + name, Long.toString(pid)).run();
  }

  private static String containerId(Pod pod, String container) {
    var status = pod.getStatus();
    return Stream.of(status.getContainerStatuses(), status.getInitContainerStatuses())
        .flatMap(List::stream)
        .filter(c -> c.getName().equals(container))
        .map(ContainerStatus::getContainerID)
        .filter(id -> id != null && !id.isEmpty())
        .map(id -> id.substring(id.lastIndexOf('/') + 1))
        .findFirst()
        .orElseThrow(
            () ->
                new AssertionError(
                    "pod "
                        + pod.getMetadata().getName()
                        + " has no started container "
                        + container));
  }

  private static String cgroup(Path process) {
    try {
      return Files.readString(process.resolve("cgroup"));
    } catch (IOException e) {
      return ""; // it ended while we looked
    }
  }
}
