/* Negative log likelihood of the classes that `target` names; X is F32, F16 or BF16. */
FUNCTION float loss_at(CONST TYPE(X) *x, CONST TYPE(TARGET) *target, CONST TYPE(X) *weight,
                       GLOBAL int *fault, int i, int classes, int inner, int hasIgnored,
                       int ignored, float *counted) {
  const i64 t = (i64)target[i];
  *counted = 0.0f;
  if (hasIgnored && t == ignored) {
    return 0.0f;
  }
  if (t < 0 || t >= classes) {
    fault[0] = 1;
    return 0.0f;
  }
  *counted = weight ? LOAD(X, weight, (int)t) : 1.0f;
  return -LOAD(X, x, (i / inner * classes + (int)t) * inner + i % inner) * *counted;
}

KERNEL(likelihood)(CONST TYPE(X) *x, CONST TYPE(TARGET) *target, CONST TYPE(X) *weight,
                   GLOBAL TYPE(X) *y, GLOBAL int *fault, int items, int classes, int inner,
                   int hasIgnored, int ignored) {
  const int i = ITEM;
  if (i < items) {
    float counted;
    STORE(X, y, i, loss_at(x, target, weight, fault, i, classes, inner, hasIgnored, ignored,
                           &counted));
  }
}

/* The sum of all places, or their mean, by one group: lanes take every 64th place. */
KERNEL(likelihood_total)(CONST TYPE(X) *x, CONST TYPE(TARGET) *target, CONST TYPE(X) *weight,
                         GLOBAL TYPE(X) *y, GLOBAL int *fault, int items, int classes, int inner,
                         int hasIgnored, int ignored, int mean) {
  LOCAL float sums[64];
  LOCAL float weights[64];
  const int lane = LANE;
  float sum = 0.0f;
  float all = 0.0f;
  for (int i = lane; i < items; i += 64) {
    float counted;
    sum += loss_at(x, target, weight, fault, i, classes, inner, hasIgnored, ignored, &counted);
    all += counted;
  }
  sums[lane] = sum;
  weights[lane] = all;
  SYNC();
  for (int step = 32; step > 0; step >>= 1) {
    if (lane < step) {
      sums[lane] += sums[lane + step];
      weights[lane] += weights[lane + step];
    }
    SYNC();
  }
  if (lane == 0) {
    STORE(X, y, 0, mean ? sums[0] / weights[0] : sums[0]);
  }
}
