package dev.intermission.agent.script;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The two system calls that Java does not have: kill(2) and prctl(2). */
@SuppressWarnings("restricted")
public final class Kernel {

  static final int SIGCONT = 18;
  static final int SIGSTOP = 19;

  private static final int PR_SET_DUMPABLE = 4;

  private Kernel() {}

  /** Whether the kernel took the signal: the process is there, and of our user. */
  static boolean kill(long pid, int signal) {
    try {
      return (int)
              function("kill", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT).invoke((int) pid, signal)
          == 0;
    } catch (Throwable neverThrows) {
      throw new AssertionError(neverThrows);
    }
  }

  /**
   * From here on no other process of our user can look into this one: neither its variables nor its
   * memory nor the files that only it has mounted, in which the store's credentials are (proc(5),
   * ptrace(2)). For a process namespace that is shared with the trainer.
   *
   * @throws IllegalStateException the kernel refused: go no further
   */
  public static void hideFromOthers() {
    try {
      var done =
          (int)
              function("prctl", ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG)
                  .invoke(PR_SET_DUMPABLE, 0L);
      if (done != 0) throw new IllegalStateException("prctl(PR_SET_DUMPABLE, 0) was refused");
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable neverThrows) {
      throw new AssertionError(neverThrows);
    }
  }

  private static MethodHandle function(String name, MemoryLayout... arguments) {
    var linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
  }
}
