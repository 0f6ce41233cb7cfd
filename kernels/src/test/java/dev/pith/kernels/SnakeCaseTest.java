package dev.pith.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SnakeCaseTest {

  @ParameterizedTest
  @CsvSource({
    "X86QConv, x86_q_conv",
    "ReferenceMatMulInteger, reference_mat_mul_integer",
    "VectorNormalizeF32, vector_normalize_f32",
    "CublasGEMMKernel, cublas_gemm_kernel",
    "Plain, plain"
  })
  void wordsBeginAtCapitals(String name, String snake) {
    assertEquals(snake, SnakeCase.of(name));
  }
}
