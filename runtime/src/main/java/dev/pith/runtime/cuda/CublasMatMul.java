package dev.pith.runtime.cuda;

import dev.pith.kernels.Program.Argument;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.matmul.MatMulProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.cuda.CudaBlas.Precision;
import dev.pith.runtime.cuda.CudaBlas.Product;
import dev.pith.runtime.launch.Stage;
import dev.pith.runtime.launch.StagedKernel;
import java.util.Arrays;
import java.util.List;

/** {@link MatMulProblem} of fp32 matrices by cuBLAS, batched at equal strides. */
final class CublasMatMul implements StagedKernel<MatMulProblem> {

  private final CudaDevice device;
  private final boolean roundsToTf32;

  CublasMatMul(CudaDevice device, boolean roundsToTf32) {
    this.device = device;
    this.roundsToTf32 = roundsToTf32;
  }

  @Override
  public String name() {
    return "cublas_mat_mul";
  }

  @Override
  public Class<MatMulProblem> problem() {
    return MatMulProblem.class;
  }

  private static Shape leading(Shape shape) {
    return Shape.of(Arrays.copyOf(shape.dims(), shape.rank() - 2));
  }

  @Override
  public String arithmetic(MatMulProblem p) {
    return roundsToTf32 ? name() : ANY_ORDER;
  }

  @Override
  public Support supports(MatMulProblem p, Target target) {
    if (device.api().blas() == null) {
      return Support.no("%s is not there", CudaLibraries.Library.CUBLAS.file());
    }
    if (p.dtype() != DType.F32) {
      return Support.no("elements of %s; F32 is supported", p.dtype());
    }
    long batch = p.batch().elementCount();
    if (p.work() == 0) {
      return Support.no("no element to compute: libraries take no empty matrices");
    }
    for (Shape shape : List.of(leading(p.a()), leading(p.b()))) {
      if (shape.elementCount() != 1 && shape.elementCount() != batch) {
        return Support.no("a batch of %s broadcast to %s is at no one stride", shape, p.batch());
      }
    }
    return DeviceTarget.check(
        target, p.a().elementCount(), p.b().elementCount(), batch * p.m() * p.n());
  }

  @Override
  public List<Stage> stages(MatMulProblem p, Target target) {
    Product product =
        new Product(
            (int) p.m(),
            (int) p.n(),
            (int) p.k(),
            p.transposeA(),
            p.transposeB(),
            (int) p.batch().elementCount(),
            leading(p.a()).elementCount() == 1 ? 0 : p.m() * p.k(),
            leading(p.b()).elementCount() == 1 ? 0 : p.n() * p.k(),
            p.alpha(),
            roundsToTf32 ? Precision.TF32 : Precision.F32);
    return List.of(
        new Stage.Library(
            operands -> CublasProduct.call(device, product, operands),
            List.of(new Argument.Input(0, 0), new Argument.Input(1, 0), new Argument.Output(0))));
  }
}
