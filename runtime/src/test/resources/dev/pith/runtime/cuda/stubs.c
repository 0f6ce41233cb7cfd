/* CUDA's libraries as far as the backend calls them: each prints what it was given, so that a test
   sees what JCuda passes on. Memory is the host's; the context is 0x11, the stream 0x22. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef void *P;
typedef unsigned long long U;
#define SAY(...) (printf(__VA_ARGS__), fflush(stdout), 0)

int cuInit(unsigned flags) { return 0; }
int cuDriverGetVersion(int *version) { return *version = 12060, 0; }
int cuDeviceGetCount(int *count) { return *count = 1, 0; }
int cuDeviceGet(int *device, int i) { return *device = i, i == 0 ? 0 : 101; }
int cuDeviceGetName(char *name, int length, int device) { return snprintf(name, length, "Stub"), 0; }
int cuDeviceTotalMem_v2(size_t *bytes, int device) { return *bytes = 1ull << 33, 0; }
int cuDeviceGetAttribute(int *value, int what, int device) {
  return *value = what == 75 ? 9 : what == 76 ? 0 : what == 16 ? 132 : -1, 0;
}
int cuDevicePrimaryCtxRetain(P *context, int device) { return *context = (P)0x11, 0; }
int cuDevicePrimaryCtxRelease_v2(int device) { return SAY("context released\n"); }
int cuDevicePrimaryCtxRelease(int device) { return SAY("context released\n"); }
int cuCtxSetCurrent(P context) { return context == (P)0x11 ? 0 : 201; }
int cuMemGetInfo_v2(size_t *free, size_t *total) { return *free = 123, *total = 456, 0; }
int cuMemAlloc_v2(U *address, size_t bytes) {
  if (bytes > 1ull << 32) return 2;
  return *address = (U)(uintptr_t)aligned_alloc(256, (bytes + 255) / 256 * 256), 0;
}
int cuMemFree_v2(U address) { return free((P)(uintptr_t)address), SAY("memory freed\n"); }
int cuMemHostAlloc(P *address, size_t bytes, unsigned flags) {
  *address = aligned_alloc(64, (bytes + 63) / 64 * 64);
  return SAY("host memory of %zu bytes, flags %u\n", bytes, flags);
}
int cuMemFreeHost(P address) { return free(address), SAY("host memory freed\n"); }
int cuStreamCreate(P *stream, unsigned flags) {
  return *stream = (P)0x22, SAY("stream, flags %u\n", flags);
}
int cuStreamDestroy_v2(P stream) { return SAY("stream %p destroyed\n", stream); }
int cuMemcpyHtoDAsync_v2(U to, P from, size_t bytes, P stream) {
  return memcpy((P)(uintptr_t)to, from, bytes), SAY("%zu bytes down %p\n", bytes, stream);
}
int cuMemcpyDtoHAsync_v2(P to, U from, size_t bytes, P stream) {
  return memcpy(to, (P)(uintptr_t)from, bytes), SAY("%zu bytes up %p\n", bytes, stream);
}
int cuStreamSynchronize(P stream) { return stream == (P)0x22 ? 0 : 400; }
int cuStreamBeginCapture_v2(P stream, int mode) { return SAY("capture, mode %d\n", mode); }
int cuStreamEndCapture(P stream, P *graph) { return *graph = (P)0x33, 0; }
int cuGraphInstantiateWithFlags(P *made, P graph, U flags) {
  return *made = (P)0x44, SAY("graph %p, flags %llu\n", graph, flags);
}
int cuGraphLaunch(P graph, P stream) { return SAY("graph %p on %p\n", graph, stream); }
int cuGraphDestroy(P graph) { return SAY("graph %p destroyed\n", graph); }
int cuGraphExecDestroy(P graph) { return SAY("executable %p destroyed\n", graph); }
int cuModuleLoadData(P *module, const void *image) {
  return *module = (P)0x55, SAY("module of %.5s\n", (const char *)image);
}
int cuModuleUnload(P module) { return SAY("module %p unloaded\n", module); }
int cuModuleGetFunction(P *function, P module, const char *name) {
  return *function = (P)0x66, strcmp(name, "twice") ? 500 : SAY("%s of %p\n", name, module);
}
int cuFuncSetAttribute(P function, int attribute, int value) {
  return SAY("attribute %d of %p: %d\n", attribute, function, value);
}
int cuLaunchKernel(P f, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,
                   unsigned shared, P stream, P *values, P *extra) {
  return SAY("%p: %u %u %u x %u %u %u, %u, %p, %d: %llx %d %g\n", f, gx, gy, gz, bx, by, bz, shared,
             stream, extra != NULL, *(U *)values[0], *(int *)values[1], *(float *)values[2]);
}

int nvrtcVersion(int *major, int *minor) { return *major = 12, *minor = 6, 0; }
int nvrtcCreateProgram(P *program, const char *source, const char *name, int headers,
                       const char *const *texts, const char *const *names) {
  *program = strstr(source, "wrong") ? (P)0x89 : (P)0x88;
  return SAY("source %s of %s, %d headers\n", source, name, headers);
}
int nvrtcCompileProgram(P program, int count, const char *const *options) {
  for (int i = 0; i < count; i++) SAY("option %s\n", options[i]);
  return program == (P)0x89 ? 6 : 0;
}
int nvrtcGetProgramLogSize(P program, size_t *bytes) { return *bytes = 8, 0; }
int nvrtcGetProgramLog(P program, char *log) { return strcpy(log, "a log\n "), 0; }
int nvrtcGetCUBINSize(P program, size_t *bytes) { return *bytes = 4, 0; }
int nvrtcGetCUBIN(P program, char *image) { return memcpy(image, "\177ELF", 4), 0; }
int nvrtcDestroyProgram(P *program) { return SAY("program %p destroyed\n", *program); }

int cublasCreate_v2(P *handle) { return *handle = (P)0x77, 0; }
int cublasDestroy_v2(P handle) { return SAY("cuBLAS %p destroyed\n", handle); }
int cublasGetVersion_v2(P handle, int *version) { return *version = 120604, 0; }
int cublasSetStream_v2(P handle, P stream) { return SAY("cuBLAS %p on %p\n", handle, stream); }
int cublasSetWorkspace_v2(P handle, P memory, size_t bytes) { return SAY("%zu bytes\n", bytes); }
int cublasGemmStridedBatchedEx(P handle, int ta, int tb, int m, int n, int k, const void *alpha,
                               const void *a, int at, int lda, long long sa, const void *b, int bt,
                               int ldb, long long sb, const void *beta, void *c, int ct, int ldc,
                               long long sc, int batch, int compute, int algorithm) {
  SAY("gemm %d %d, %d %d %d, %x, %p %d %d %lld, %p %d %d %lld, %x, %p %d %d %lld, %d %d %d\n", ta,
      tb, m, n, k, *(int *)alpha, a, at, lda, sa, b, bt, ldb, sb, *(int *)beta, c, ct, ldc, sc,
      batch, compute, algorithm);
  return m == 13 ? 15 : 0;
}

int cusparseCreate(P *handle) { return *handle = (P)0x99, 0; }
int cusparseDestroy(P handle) { return 0; }
int cusparseGetVersion(P handle, int *version) { return *version = 12504, 0; }
int cusparseSetStream(P handle, P stream) { return SAY("cuSPARSE %p on %p\n", handle, stream); }
int cusparseCreateCsr(P *made, int64_t rows, int64_t columns, int64_t count, P offsets, P indices,
                      P values, int offsetType, int indexType, int base, int type) {
  *made = (P)0xa1;
  return SAY("csr %d %d %d, %p %p %p, %d %d %d %d\n", (int)rows, (int)columns, (int)count, offsets,
             indices, values, offsetType, indexType, base, type);
}
int cusparseCreateBlockedEll(P *made, int64_t rows, int64_t columns, int64_t block, int64_t width,
                             P indices, P values, int indexType, int base, int type) {
  *made = (P)0xa2;
  return SAY("ell %d %d %d %d, %p %p, %d %d %d\n", (int)rows, (int)columns, (int)block, (int)width,
             indices, values, indexType, base, type);
}
int cusparseCreateDnMat(P *made, int64_t rows, int64_t columns, int64_t ld, P values, int type,
                        int order) {
  *made = values;
  return SAY("dense %d %d %d, %p %d %d\n", (int)rows, (int)columns, (int)ld, values, type, order);
}
int cusparseDestroySpMat(P matrix) { return SAY("matrix %p destroyed\n", matrix); }
int cusparseDestroyDnMat(P matrix) { return SAY("matrix %p destroyed\n", matrix); }
int cusparseSpMM_bufferSize(P handle, int oa, int ob, const void *alpha, P a, P b, const void *beta,
                            P c, int type, int algorithm, size_t *bytes) {
  return *bytes = 77, 0;
}
int cusparseSpMM(P handle, int oa, int ob, const void *alpha, P a, P b, const void *beta, P c,
                 int type, int algorithm, P buffer) {
  return SAY("spmm %d %d, %x %p %p %x %p, %d %d %p\n", oa, ob, *(int *)alpha, a, b, *(int *)beta, c,
             type, algorithm, buffer);
}
