package dev.pith.kernels.elementwise;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;

/**
 * Conversions between F32 and the other types that networks use, each with a loop of its own, so
 * that no element chooses between types.
 */
public final class DirectCast implements HostKernel<CastProblem> {

  private static final Set<DType> TO_F32 =
      EnumSet.of(
          DType.F16, DType.BF16, DType.F64, DType.U8, DType.I8, DType.BOOL, DType.I32, DType.I64);
  private static final Set<DType> FROM_F32 =
      EnumSet.of(DType.F16, DType.F64, DType.U8, DType.I8, DType.BOOL, DType.I32, DType.I64);

  @Override
  public String name() {
    return "direct_cast_f32";
  }

  @Override
  public Support supports(CastProblem problem, Target target) {
    if (!target.isCpu()) {
      return Support.no("the target is %s, not a CPU", target.kind());
    }
    boolean has =
        problem.from() == DType.F32
            ? FROM_F32.contains(problem.to())
            : problem.to() == DType.F32 && TO_F32.contains(problem.from());
    return has
        ? Support.YES
        : Support.no("%s to %s has no loop of its own", problem.from(), problem.to());
  }

  @Override
  public HostProgram prepare(CastProblem problem, PrepareContext context) {
    ElementwiseProgram.Body body =
        problem.from() == DType.F32
            ? (a, from, to) -> fromF32(problem.to(), a, from, to)
            : (a, from, to) -> toF32(problem.from(), a, from, to);
    return new ElementwiseProgram(problem.shape().elementCount(), body);
  }

  private static void fromF32(DType type, Arguments arguments, long from, long to) {
    MemorySegment x = arguments.inputValues(0);
    MemorySegment y = arguments.outputValues(0);
    switch (type) {
      case F16 -> {
        for (long i = from; i < to; i++) {
          y.set(Elements.I16, i * 2, Float.floatToFloat16(x.get(Elements.F32, i * 4)));
        }
      }
      case F64 -> {
        for (long i = from; i < to; i++) {
          y.set(Elements.F64, i * 8, x.get(Elements.F32, i * 4));
        }
      }
      case U8, I8 -> {
        for (long i = from; i < to; i++) {
          y.set(JAVA_BYTE, i, (byte) (long) x.get(Elements.F32, i * 4));
        }
      }
      case BOOL -> {
        for (long i = from; i < to; i++) {
          y.set(JAVA_BYTE, i, (byte) (x.get(Elements.F32, i * 4) != 0 ? 1 : 0));
        }
      }
      case I32 -> {
        for (long i = from; i < to; i++) {
          y.set(Elements.I32, i * 4, (int) (long) x.get(Elements.F32, i * 4));
        }
      }
      default -> {
        for (long i = from; i < to; i++) {
          y.set(Elements.I64, i * 8, (long) x.get(Elements.F32, i * 4));
        }
      }
    }
  }

  private static void toF32(DType type, Arguments arguments, long from, long to) {
    MemorySegment x = arguments.inputValues(0);
    MemorySegment y = arguments.outputValues(0);
    switch (type) {
      case F16 -> {
        for (long i = from; i < to; i++) {
          y.set(Elements.F32, i * 4, Float.float16ToFloat(x.get(Elements.I16, i * 2)));
        }
      }
      case BF16 -> {
        for (long i = from; i < to; i++) {
          y.set(Elements.I32, i * 4, x.get(Elements.I16, i * 2) << 16);
        }
      }
      case F64 -> {
        for (long i = from; i < to; i++) {
          y.set(Elements.F32, i * 4, (float) x.get(Elements.F64, i * 8));
        }
      }
      case U8 -> {
        for (long i = from; i < to; i++) {
          y.set(Elements.F32, i * 4, x.get(JAVA_BYTE, i) & 255);
        }
      }
      case I8 -> {
        for (long i = from; i < to; i++) {
          y.set(Elements.F32, i * 4, x.get(JAVA_BYTE, i));
        }
      }
      case BOOL -> {
        for (long i = from; i < to; i++) {
          y.set(Elements.F32, i * 4, x.get(JAVA_BYTE, i) != 0 ? 1 : 0);
        }
      }
      case I32 -> {
        for (long i = from; i < to; i++) {
          y.set(Elements.F32, i * 4, x.get(Elements.I32, i * 4));
        }
      }
      default -> {
        for (long i = from; i < to; i++) {
          y.set(Elements.F32, i * 4, (float) x.get(Elements.I64, i * 8));
        }
      }
    }
  }
}
