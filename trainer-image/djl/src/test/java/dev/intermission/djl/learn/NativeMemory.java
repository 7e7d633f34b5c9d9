package dev.intermission.djl.learn;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.stream.Stream;

/**
 * What glibc's malloc has given out and not got back, over all its arenas: tensors, direct buffers,
 * the JVM's own. Unlike resident memory it does not depend on what the kernel does.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/mallinfo.3.html">mallinfo2(3)</a>
 */
@SuppressWarnings("restricted") // that is what calling C is
final class NativeMemory {

  private static final StructLayout MALLINFO =
      MemoryLayout.structLayout(
          Stream.of(
                  "arena",
                  "ordblks",
                  "smblks",
                  "hblks",
                  "hblkhd",
                  "usmblks",
                  "fsmblks",
                  "uordblks",
                  "fordblks",
                  "keepcost")
              .map(name -> ValueLayout.JAVA_LONG.withName(name))
              .toArray(MemoryLayout[]::new));

  private static final MethodHandle MALLINFO2 =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().find("mallinfo2").orElseThrow(),
              FunctionDescriptor.of(MALLINFO));

  private NativeMemory() {}

  /** Bytes in use, of small blocks and of those that are mapped one by one. */
  static long bytesInUse() {
    System.gc(); // direct buffers that nobody has any more are given back with their owners
    try (var arena = Arena.ofConfined()) {
      var info = (MemorySegment) MALLINFO2.invoke((SegmentAllocator) arena);
      return field(info, "uordblks") + field(info, "hblkhd");
    } catch (Throwable e) {
      throw new AssertionError("mallinfo2 cannot be called", e);
    }
  }

  private static long field(MemorySegment info, String name) {
    return info.get(ValueLayout.JAVA_LONG, MALLINFO.byteOffset(groupElement(name)));
  }
}
