package dev.pith.kernels.x86;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Memory that holds machine code: written first, executable afterwards, never both at once. Code
 * stays for the life of the process, since a call may be under way at any time; kernels are small
 * (a few hundred bytes) and each is made once.
 */
public final class CodeBuffer {

  private static final int READ = 1;
  private static final int WRITE = 2;
  private static final int EXECUTE = 4;
  private static final int PRIVATE_ANONYMOUS = 0x22;
  private static final long NO_FILE = -1;
  private static final long PAGE = 4096;

  /**
   * Calls the function at the first argument, generated or the system's, with up to six more.
   * Functions ignore what they do not take, so that one shape serves all; a virtual machine takes
   * some ten milliseconds to learn another at its start. Constant, so that C2 inlines it.
   */
  private static final MethodHandle CALL = call();

  private static final MemorySegment MMAP = find("mmap");
  private static final MemorySegment MPROTECT = find("mprotect");

  private CodeBuffer() {}

  @SuppressWarnings("restricted") // calling generated code is what this class is for
  private static MethodHandle call() {
    return Linker.nativeLinker()
        .downcallHandle(
            FunctionDescriptor.of(
                JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
  }

  /** A function that takes one address. */
  private static final class Function extends GeneratedCall {

    /** Its first instruction, in executable memory. */
    private final MemorySegment code;

    Function(MemorySegment code) {
      this.code = code;
    }

    @Override
    public void run(MemorySegment args) {
      try {
        long _ = (long) CALL.invokeExact(code, args, 0L, 0L, 0L, 0L, 0L);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException("generated code failed", e);
      }
    }
  }

  /**
   * A call of {@code code}, which takes the address of its arguments.
   *
   * @throws RefusedException if the system gives no executable memory (or is not a POSIX one)
   */
  public static GeneratedCall call(byte[] code) {
    return new Function(executable(code));
  }

  /** Machine code was refused; the message says by whom. */
  public static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
      super(message);
    }
  }

  /** Bytes of the pages that {@code code} takes. */
  static long byteSize(byte[] code) {
    return (code.length + PAGE - 1) / PAGE * PAGE;
  }

  private static MemorySegment find(String name) {
    return Linker.nativeLinker().defaultLookup().find(name).orElse(null);
  }

  @SuppressWarnings("restricted") // the system says how large its memory is
  private static MemorySegment executable(byte[] code) {
    if (MMAP == null || MPROTECT == null) {
      throw new RefusedException("the system has no mmap and mprotect");
    }
    long bytes = byteSize(code);
    long writable = READ | WRITE;
    long anywhere = PRIVATE_ANONYMOUS;
    long executable = READ | EXECUTE;
    try {
      long address =
          (long) CALL.invokeExact(MMAP, MemorySegment.NULL, bytes, writable, anywhere, NO_FILE, 0L);
      if (address == -1) {
        throw new RefusedException("mmap gave no memory for " + bytes + " bytes of code");
      }
      MemorySegment page = MemorySegment.ofAddress(address).reinterpret(bytes);
      page.copyFrom(MemorySegment.ofArray(code));
      // the result is an int, in the lower half of the register
      if ((int) (long) CALL.invokeExact(MPROTECT, page, bytes, executable, 0L, 0L, 0L) != 0) {
        throw new RefusedException("mprotect refused to make memory executable");
      }
      return page;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a call of mmap or mprotect failed", e);
    }
  }
}
