package dev.pith.kernels.x86;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory whose end is followed by a page that nobody may read: an access behind it ends the virtual
 * machine, as it would where a mapped file ends. For Linux. Not in an arena, since closing one that
 * threads share stops all of them; nothing may be touched after {@link #close}. Not thread-safe.
 */
@SuppressWarnings("restricted") // functions of the system are what this class is for
public final class GuardPages implements AutoCloseable {

  private static final long PAGE = 4096;
  private static final int READ_WRITE = 3;
  private static final int NONE = 0;
  private static final int PRIVATE_ANONYMOUS = 0x22;

  private static final MethodHandle MMAP =
      function(
          "mmap",
          FunctionDescriptor.of(
              ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle MPROTECT =
      function("mprotect", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle MUNMAP =
      function("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));

  private final List<MemorySegment> mapped = new ArrayList<>();

  /** Whether this system is one that such memory can be made on. */
  public static boolean areThere() {
    return System.getProperty("os.name").equals("Linux");
  }

  /** {@code bytes} bytes, zero, that end where the readable memory ends. */
  public MemorySegment allocate(long bytes) {
    long readable = (bytes + PAGE - 1) / PAGE * PAGE;
    try {
      MemorySegment start =
          (MemorySegment)
              MMAP.invokeExact(
                  MemorySegment.NULL, readable + PAGE, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
      if (start.address() == -1) {
        throw new OutOfMemoryError("mmap of " + readable + " bytes");
      }
      MemorySegment whole = start.reinterpret(readable + PAGE);
      mapped.add(whole);
      int code = (int) MPROTECT.invokeExact(whole.asSlice(readable), PAGE, NONE);
      if (code != 0) {
        throw new IllegalStateException("mprotect returned " + code);
      }
      return whole.asSlice(readable - bytes, bytes);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a function of the system failed", e);
    }
  }

  @Override
  public void close() {
    mapped.forEach(GuardPages::release);
    mapped.clear();
  }

  private static void release(MemorySegment whole) {
    try {
      int code = (int) MUNMAP.invokeExact(whole, whole.byteSize());
      if (code != 0) {
        throw new IllegalStateException("munmap returned " + code);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a function of the system failed", e);
    }
  }

  private static MethodHandle function(String name, FunctionDescriptor type) {
    return Linker.nativeLinker()
        .downcallHandle(Linker.nativeLinker().defaultLookup().findOrThrow(name), type);
  }
}
