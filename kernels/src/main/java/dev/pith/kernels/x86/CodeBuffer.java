package dev.pith.kernels.x86;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
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
  private static final long PAGE = 4096;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle MMAP =
      find(
          "mmap",
          FunctionDescriptor.of(
              ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle MPROTECT =
      find("mprotect", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

  /** Calls the function at the first argument with the second; constant, so that C2 inlines it. */
  private static final MethodHandle CALL = call();

  private CodeBuffer() {}

  @SuppressWarnings("restricted") // calling generated code is what this class is for
  private static MethodHandle call() {
    return LINKER.downcallHandle(FunctionDescriptor.ofVoid(ADDRESS));
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
        CALL.invokeExact(code, args);
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

  @SuppressWarnings("restricted") // calling the system is what this class is for
  private static MethodHandle find(String name, FunctionDescriptor type) {
    return LINKER
        .defaultLookup()
        .find(name)
        .map(address -> LINKER.downcallHandle(address, type))
        .orElse(null);
  }

  /**
   * A handle that calls {@code code}, which follows the System V calling convention.
   *
   * @throws RefusedException if the system gives no executable memory (or is not a POSIX one)
   */
  @SuppressWarnings("restricted") // as above
  public static MethodHandle function(byte[] code, FunctionDescriptor type) {
    return LINKER.downcallHandle(executable(code), type);
  }

  @SuppressWarnings("restricted") // as above
  private static MemorySegment executable(byte[] code) {
    if (MMAP == null || MPROTECT == null) {
      throw new RefusedException("the system has no mmap and mprotect");
    }
    long bytes = (code.length + PAGE - 1) / PAGE * PAGE;
    try {
      MemorySegment page =
          (MemorySegment)
              MMAP.invokeExact(MemorySegment.NULL, bytes, READ | WRITE, PRIVATE_ANONYMOUS, -1, 0L);
      if (page.address() == -1) {
        throw new RefusedException("mmap gave no memory for " + bytes + " bytes of code");
      }
      page = page.reinterpret(bytes);
      MemorySegment.copy(code, 0, page, JAVA_BYTE, 0, code.length);
      if ((int) MPROTECT.invokeExact(page, bytes, READ | EXECUTE) != 0) {
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
