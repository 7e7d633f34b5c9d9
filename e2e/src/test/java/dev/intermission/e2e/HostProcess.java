package dev.intermission.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A container's main process as the host sees it. The test's own cluster runs on this machine, so a
 * crash can be the real thing: a SIGKILL that no handler hears.
 */
record HostProcess(long pid) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The process of a running container; fails when the container has none on this machine. */
  static HostProcess of(Pod pod, String container) {
    return find(pod, container)
        .orElseThrow(
            () ->
                new AssertionError(
                    "no process of container "
                        + container
                        + " of pod "
                        + pod.getMetadata().getName()
                        + " on this machine"));
  }

  /** The same; empty when it has not started, or ended already. */
  static Optional<HostProcess> find(Pod pod, String container) {
    return containerId(pod, container)
        .flatMap(
            id -> {
              try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
                return processes
                    .filter(
                        path -> path.getFileName().toString().chars().allMatch(Character::isDigit))
                    .filter(path -> cgroup(path).contains(id))
                    .map(path -> Long.parseLong(path.getFileName().toString()))
                    .min(Long::compare)
                    .map(HostProcess::new);
              } catch (IOException e) {
                throw new AssertionError("cannot read /proc", e);
              }
            });
  }

  /** Ends it the way the kernel's out-of-memory killer does. */
  void kill() {
    Command.of("kill", "-KILL", Long.toString(pid)).run();
  }

  /** Stops it where it is, without its notice, until {@link #thaw}. */
  Outage freeze() {
    Command.of("kill", "-STOP", Long.toString(pid)).run();
    return this::thaw;
  }

  /** Lets it go on; one that was killed meanwhile, by a liveness probe, stays dead. */
  void thaw() {
    Command.of("kill", "-CONT", Long.toString(pid)).attemptWithErrors();
  }

  /**
   * What stands in this JSON file of the directory that trainer and agent share; missing while it
   * is not there.
   */
  JsonNode file(String name) {
    try {
      return JSON.readTree(Path.of("/proc/" + pid + "/root/intermission/" + name).toFile());
    } catch (IOException absent) {
      return JSON.missingNode();
    }
  }

  /** Whether a process of its pod listens on this port. */
  boolean reaches(int port) {
    return Command.of("nsenter", "--target", Long.toString(pid), "--net")
            .and(List.of("bash", "-c", "</dev/tcp/127.0.0.1/" + port))
            .attemptWithErrors()
            .exit()
        == 0;
  }

  private static Optional<String> containerId(Pod pod, String container) {
    var status = pod.getStatus();
    return Stream.of(status.getContainerStatuses(), status.getInitContainerStatuses())
        .flatMap(List::stream)
        .filter(c -> c.getName().equals(container))
        .map(ContainerStatus::getContainerID)
        .filter(id -> id != null && !id.isEmpty())
        .map(id -> id.substring(id.lastIndexOf('/') + 1))
        .findFirst();
  }

  private static String cgroup(Path process) {
    try {
      return Files.readString(process.resolve("cgroup"));
    } catch (IOException e) {
      return ""; // it ended while we looked
    }
  }
}
