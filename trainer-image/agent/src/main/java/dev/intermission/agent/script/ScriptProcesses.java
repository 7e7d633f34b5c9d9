package dev.intermission.agent.script;

import dev.intermission.agent.script.Print.Inode;
import dev.intermission.control.AgentEnvironment;
import dev.intermission.control.PosixSignal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The script's processes in a process namespace that the agent shares with them: those that were
 * started with {@value AgentEnvironment#WATCHED_BY} naming this pod, and their children, which
 * inherit it. To read that, and to signal, the agent needs their user and no capability, as long as
 * they have none either (ptrace(2), "Ptrace access mode checking").
 */
final class ScriptProcesses implements Script {

  private static final int STARTED_AT = 19; // field 22 of proc_pid_stat(5), counted behind the name

  private final Path proc;
  private final String mark;
  private final Optional<PosixSignal> signal;
  private boolean ending;

  /** One process; {@code startedAt} in clock ticks since boot. */
  private record Found(long pid, long startedAt) {}

  ScriptProcesses(Path proc, String podUid, Optional<PosixSignal> signal) {
    this.proc = proc;
    this.mark = AgentEnvironment.WATCHED_BY + "=" + podUid;
    this.signal = signal;
  }

  /** With a signal the operator lets agent and script share a process namespace. */
  @Override
  public boolean isSeen() {
    return signal.isPresent();
  }

  @Override
  public boolean runs() {
    return !all().isEmpty();
  }

  @Override
  public boolean writes(Print print) throws IOException {
    for (var process : all()) {
      if (writes(process, print)) return true;
    }
    return false;
  }

  /**
   * The first process alone, as Kubernetes itself does it: the others are its own to tell. Without
   * a signal nothing is said, and the script's next checkpoint will do.
   */
  @Override
  public boolean askToSave() {
    if (signal.isEmpty()) return true;
    return all().stream()
        .min(Comparator.comparingLong(Found::startedAt).thenComparingLong(Found::pid))
        .filter(first -> Kernel.kill(first.pid(), signal.get().number()))
        .isPresent();
  }

  @Override
  public void stop() {
    var processes = all();
    // What stands still cannot obey the kubelet, which then waits for all of the grace
    ending |= processes.stream().anyMatch(this::isToldToEnd);
    var how = ending ? Kernel.SIGCONT : Kernel.SIGSTOP;
    processes.forEach(process -> Kernel.kill(process.pid(), how));
  }

  @Override
  public void goOn() {
    all().forEach(process -> Kernel.kill(process.pid(), Kernel.SIGCONT));
  }

  private List<Found> all() {
    var found = new ArrayList<Found>();
    try (var processes = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (var process : processes) found(process).ifPresent(found::add);
    } catch (IOException _) {
      return List.of(); // no /proc: nobody can be seen
    }
    return found;
  }

  private Optional<Found> found(Path process) {
    try {
      var environment =
          new String(Files.readAllBytes(process.resolve("environ")), StandardCharsets.ISO_8859_1);
      if (Arrays.stream(environment.split("\0")).noneMatch(mark::equals)) return Optional.empty();
      var stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
      var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      if (fields[0].equals("Z")) return Optional.empty(); // it ended, and nobody has asked how
      var pid = Long.parseLong(process.getFileName().toString());
      return Optional.of(new Found(pid, Long.parseLong(fields[STARTED_AT])));
    } catch (IOException _) {
      return Optional.empty(); // it ended meanwhile, or is not ours to look at
    }
  }

  /** Whether a SIGTERM waits for it, by the mask of what is pending for the process. */
  private boolean isToldToEnd(Found process) {
    try {
      var status = proc.resolve(Long.toString(process.pid())).resolve("status");
      return Files.readAllLines(status, StandardCharsets.ISO_8859_1).stream()
          .filter(line -> line.startsWith("ShdPnd:"))
          .map(line -> Long.parseUnsignedLong(line.substring("ShdPnd:".length()).strip(), 16))
          .anyMatch(pending -> (pending >> PosixSignal.SIGTERM.number() - 1 & 1) == 1);
    } catch (IOException _) {
      return false; // it ended
    }
  }

  private boolean writes(Found process, Print print) throws IOException {
    var of = proc.resolve(Long.toString(process.pid()));
    try (DirectoryStream<Path> open = Files.newDirectoryStream(of.resolve("fd"))) {
      for (var descriptor : open) {
        if (writes(of, descriptor, print)) return true;
      }
    } catch (IOException e) {
      if (Files.exists(of)) throw e; // it cannot be told
    }
    return false;
  }

  private static boolean writes(Path process, Path descriptor, Print print) {
    try {
      if (!print.inodes().contains(Inode.of(descriptor))) return false;
      var info = process.resolve("fdinfo").resolve(descriptor.getFileName());
      return Files.readAllLines(info).stream()
          .filter(line -> line.startsWith("flags:"))
          .map(line -> Integer.parseInt(line.substring("flags:".length()).strip(), 8))
          .anyMatch(flags -> (flags & 3) != 0); // O_ACCMODE: not only for reading
    } catch (IOException _) {
      return false; // closed meanwhile, or no file at all
    }
  }
}
