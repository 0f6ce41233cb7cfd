/* One kernel source for OpenCL C 1.2 and CUDA C. Rules of the common subset:
   - KERNEL(name)(...) { }; groups are a row of 64 work items: LANE, GROUP, ITEM
   - pointers to device memory are GLOBAL T * or, where only read, CONST T *
   - LOCAL arrays at the top level of a kernel, of constant extent; every lane reaches every SYNC()
   - MUL, ADD, SUB, DIV round once; FMA is fused; nothing else may be contracted */
#if defined(__OPENCL_VERSION__) || defined(__OPENCL_C_VERSION__)
#pragma OPENCL FP_CONTRACT OFF
#define KERNEL(name) __kernel __attribute__((reqd_work_group_size(64, 1, 1))) void name
#define GLOBAL __global
#define CONST __global const
#define LOCAL __local
#define LOCALS __local
#define FUNCTION static inline
#define LANE ((int)get_local_id(0))
#define GROUP ((int)get_group_id(0))
#define ITEM ((int)get_global_id(0))
#define SYNC() barrier(CLK_LOCAL_MEM_FENCE)
#define ATOMIC_MAX(p, v) atomic_max((volatile __global int *)(p), (v))
#define ADD(a, b) ((a) + (b))
#define SUB(a, b) ((a) - (b))
#define MUL(a, b) ((a) * (b))
#define DIV(a, b) ((a) / (b))
#define FMA(a, b, c) fma((a), (b), (c))
#define ROUND_EVEN(v) convert_int_rte(v)
#define FLOAT_BITS(v) as_int(v)
#define BITS_FLOAT(v) as_float(v)
typedef char i8;
typedef uchar u8;
typedef short i16;
typedef ushort u16;
typedef uint u32;
typedef long i64;
typedef ulong u64;
typedef half f16;
FUNCTION float as_f16(float v) {
  u16 bits;
  vstore_half_rte(v, 0, (half *)&bits);
  return vload_half(0, (half *)&bits);
}
#define LOAD_F16(p, i) vload_half((i), (p))
#define STORE_F16(p, i, v) vstore_half_rte((v), (i), (p))
#else
#define KERNEL(name) extern "C" __global__ void __launch_bounds__(64) name
#define GLOBAL
#define CONST const
#define LOCAL __shared__
#define LOCALS
#define FUNCTION static __device__ __forceinline__
#define LANE ((int)threadIdx.x)
#define GROUP ((int)blockIdx.x)
#define ITEM ((int)(blockIdx.x * 64u + threadIdx.x))
#define SYNC() __syncthreads()
#define ATOMIC_MAX(p, v) atomicMax((p), (v))
#define ADD(a, b) __fadd_rn((a), (b))
#define SUB(a, b) __fsub_rn((a), (b))
#define MUL(a, b) __fmul_rn((a), (b))
#define DIV(a, b) __fdiv_rn((a), (b))
#define FMA(a, b, c) fmaf((a), (b), (c))
#define ROUND_EVEN(v) __float2int_rn(v)
#define FLOAT_BITS(v) __float_as_int(v)
#define BITS_FLOAT(v) __int_as_float(v)
typedef signed char i8;
typedef unsigned char u8;
typedef short i16;
typedef unsigned short u16;
typedef unsigned int u32;
typedef long long i64;
typedef unsigned long long u64;
typedef unsigned short f16;
FUNCTION float load_f16(const f16 *p, int i) {
  float v;
  asm("cvt.f32.f16 %0, %1;" : "=f"(v) : "h"(p[i]));
  return v;
}
FUNCTION void store_f16(f16 *p, int i, float v) {
  f16 h;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(h) : "f"(v));
  p[i] = h;
}
FUNCTION float as_f16(float v) {
  f16 h;
  store_f16(&h, 0, v);
  return load_f16(&h, 0);
}
#define LOAD_F16(p, i) load_f16((p), (i))
#define STORE_F16(p, i, v) store_f16((p), (i), (v))
#endif

/* The upper half of a float, rounded to nearest even; NaN stays one. */
FUNCTION u16 bits_bf16(float v) {
  const u32 bits = (u32)FLOAT_BITS(v);
  return (u16)(v != v ? (bits >> 16) | 64 : (bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

#define as_bf16(v) BITS_FLOAT((int)((u32)bits_bf16(v) << 16))

/* Element types by the names the host gives them: TYPE(F32), LOAD(F16, p, i), STORE(U8, p, i, v).
   LOAD gives a float; STORE takes one, except to integer types, which take integers. */
#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)
#define TYPE(t) PASTE(TYPE_, t)
#define LOAD(t, p, i) PASTE(LOAD_, t)(p, i)
#define STORE(t, p, i, v) PASTE(STORE_, t)(p, i, v)
#define TYPE_F32 float
#define TYPE_F16 f16
#define TYPE_BF16 u16
#define TYPE_F64 double
#define TYPE_I8 i8
#define TYPE_U8 u8
#define TYPE_I16 i16
#define TYPE_U16 u16
#define TYPE_I32 int
#define TYPE_U32 u32
#define TYPE_I64 i64
#define TYPE_U64 u64
#define LOAD_F32(p, i) ((p)[i])
#define LOAD_BF16(p, i) BITS_FLOAT((int)((u32)(p)[i] << 16))
#define LOAD_I8(p, i) ((float)(p)[i])
#define LOAD_U8(p, i) ((float)(p)[i])
#define LOAD_I32(p, i) ((float)(p)[i])
#define STORE_F32(p, i, v) ((p)[i] = (v))
#define STORE_BF16(p, i, v) ((p)[i] = bits_bf16(v))
#define STORE_I8(p, i, v) ((p)[i] = (i8)(v))
#define STORE_U8(p, i, v) ((p)[i] = (u8)(v))

/* A float as a type of the names above holds it. */
#define AS(t, v) PASTE(AS_, t)(v)
#define AS_F32(v) (v)
#define AS_F16(v) as_f16(v)
#define AS_BF16(v) as_bf16(v)

#define LOWEST BITS_FLOAT((int)0xff800000u) /* minus infinity */

/* clamp(rne(v) + zero, low, high); NaN gives low. The clamp comes first so that nothing overflows. */
FUNCTION int quantized(float v, int zero, int low, int high) {
  const float least = (float)(low - zero);
  const float most = (float)(high - zero);
  const float raised = v > least ? v : least;
  return ROUND_EVEN(raised < most ? raised : most) + zero;
}

/* Which element of an input stands at an output element; t = rank, extents, strides of each input. */
FUNCTION int broadcast_at(CONST int *t, int element, int input) {
  const int rank = t[0];
  CONST int *strides = t + 1 + rank * (1 + input);
  int at = 0;
  for (int d = rank - 1; d >= 0; d--) {
    const int rest = element / t[1 + d];
    at += (element - rest * t[1 + d]) * strides[d];
    element = rest;
  }
  return at;
}

/* Windows; g = input, kernel, stride, dilation, padding, output, three extents each. */
#define IN 0
#define KERNEL_EXTENT 3
#define STRIDE 6
#define DILATION 9
#define PAD 12
#define OUT 15
/* The input pixel that a tap reads for an output pixel, or -1 in the padding. */
FUNCTION int window_at(CONST int *g, int pixel, int tap) {
  int at = 0;
  int size = 1;
  for (int d = 2; d >= 0; d--) {
    const int out = pixel / g[OUT + d];
    const int k = tap / g[KERNEL_EXTENT + d];
    const int p = (pixel - out * g[OUT + d]) * g[STRIDE + d] +
                  (tap - k * g[KERNEL_EXTENT + d]) * g[DILATION + d] - g[PAD + d];
    if (p < 0 || p >= g[IN + d]) {
      return -1;
    }
    at += p * size;
    size *= g[IN + d];
    pixel = out;
    tap = k;
  }
  return at;
}

/* The loop over the taps of an output pixel that lie inside the input, without a division for each:
   the body between TAPS and END_TAPS sees `tap` and `at`, the input pixel. */
#define TAPS(g, pixel)                                                                        \
  {                                                                                           \
    const int row_ = (pixel) / (g)[OUT + 2];                                                  \
    const int z_ = row_ / (g)[OUT + 1] * (g)[STRIDE] - (g)[PAD];                              \
    const int y_ = row_ % (g)[OUT + 1] * (g)[STRIDE + 1] - (g)[PAD + 1];                      \
    const int x_ = (pixel) % (g)[OUT + 2] * (g)[STRIDE + 2] - (g)[PAD + 2];                   \
    int tap = 0;                                                                              \
    for (int kz_ = 0; kz_ < (g)[KERNEL_EXTENT]; kz_++) {                                      \
      const int pz_ = z_ + kz_ * (g)[DILATION];                                               \
      for (int ky_ = 0; ky_ < (g)[KERNEL_EXTENT + 1]; ky_++) {                                \
        const int py_ = y_ + ky_ * (g)[DILATION + 1];                                         \
        for (int kx_ = 0; kx_ < (g)[KERNEL_EXTENT + 2]; kx_++, tap++) {                       \
          const int px_ = x_ + kx_ * (g)[DILATION + 2];                                       \
          if (pz_ >= 0 && pz_ < (g)[IN] && py_ >= 0 && py_ < (g)[IN + 1] && px_ >= 0 &&       \
              px_ < (g)[IN + 2]) {                                                            \
            const int at = (pz_ * (g)[IN + 1] + py_) * (g)[IN + 2] + px_;
#define END_TAPS                                                                              \
          }                                                                                   \
        }                                                                                     \
      }                                                                                       \
    }                                                                                         \
  }
