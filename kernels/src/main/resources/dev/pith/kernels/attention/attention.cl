/* Attention; X is F32 or F16, scores are fp32. Three launches: scores of every query and key, the
   softmax of each query's row, the sums of values. */

/* Where the vector of a head and position begins. */
FUNCTION int vector_at(int packed, int n, int head, int position, int heads, int length, int size) {
  return packed ? ((n * length + position) * heads + head) * size
                : ((n * heads + head) * length + position) * size;
}

/* One work item for each score; keep = which stage `kept` holds: products, capped, masked. t = rank
   of the mask, its extents along image, head, query and key. */
KERNEL(attention_scores)(CONST TYPE(X) *q, CONST TYPE(X) *k, CONST TYPE(X) *pastK,
                         CONST TYPE(MASK) *mask, CONST i64 *lengths, CONST int *t,
                         GLOBAL float *scores, GLOBAL TYPE(X) *kept, int items, int heads,
                         int keyHeads, int queries, int keys, int past, int size, int packed,
                         int causal, int keep, float scale, float softcap) {
  const int item = ITEM;
  if (item < items) {
    const int total = past + keys;
    const int j = item % total;
    const int i = item / total % queries;
    const int head = item / total / queries % heads;
    const int n = item / total / queries / heads;
    const int keyHead = head * keyHeads / heads;
    CONST TYPE(X) *key = j < past ? pastK : k;
    const int to = j < past ? ((n * keyHeads + keyHead) * past + j) * size
                            : vector_at(packed, n, keyHead, j - past, keyHeads, keys, size);
    const int from = vector_at(packed, n, head, i, heads, queries, size);
    float sum = 0.0f;
    for (int c = 0; c < size; c++) {
      sum = FMA(LOAD(X, q, from + c), LOAD(X, key, to + c), sum);
    }
    float score = sum * scale;
    if (kept && keep == 0) {
      STORE(X, kept, item, score);
    }
    score = softcap == 0.0f ? score : softcap * tanh(score / softcap);
    if (kept && keep == 1) {
      STORE(X, kept, item, score);
    }
    const int length = lengths ? (int)lengths[n] : total;
    const int offset = lengths ? length - queries : past;
    int hidden = j >= length || (causal && j > i + offset);
    if (mask && !hidden) {
      const int a = t[0] == 1 ? 0 : n;
      const int b = t[1] == 1 ? 0 : head;
      const int c = t[2] == 1 ? 0 : i;
      const int d = t[3] == 1 ? 0 : j;
      hidden = a >= t[0] || b >= t[1] || c >= t[2] || d >= t[3];
      if (!hidden) {
        const int at = ((a * t[1] + b) * t[2] + c) * t[3] + d;
#ifdef MASK_BOOL
        hidden = mask[at] == 0;
#else
        const float m = LOAD(MASK, mask, at);
        hidden = m == LOWEST;
        score = score + m;
#endif
      }
    }
    score = hidden ? LOWEST : score;
    if (kept && keep == 2) {
      STORE(X, kept, item, score);
    }
    scores[item] = score;
  }
}

/* A group for each row of scores; a row without keys gives zeros. */
KERNEL(attention_softmax)(GLOBAL float *scores, GLOBAL TYPE(X) *kept, int total) {
  LOCAL float part[64];
  const int lane = LANE;
  const int base = GROUP * total;
  float most = LOWEST;
  for (int i = lane; i < total; i += 64) {
    const float v = scores[base + i];
    most = v > most || v != v ? v : most;
  }
  part[lane] = most;
  SYNC();
  for (int step = 32; step > 0; step >>= 1) {
    if (lane < step) {
      const float a = part[lane];
      const float b = part[lane + step];
      part[lane] = a != a ? a : b > a || b != b ? b : a;
    }
    SYNC();
  }
  most = part[0];
  SYNC();
  const float shift = most == LOWEST ? 0.0f : most;
  float sum = 0.0f;
  for (int i = lane; i < total; i += 64) {
    sum += exp(scores[base + i] - shift);
  }
  part[lane] = sum;
  SYNC();
  for (int step = 32; step > 0; step >>= 1) {
    if (lane < step) {
      part[lane] += part[lane + step];
    }
    SYNC();
  }
  const float factor = part[0] == 0.0f ? 0.0f : 1.0f / part[0];
  for (int i = lane; i < total; i += 64) {
    const float v = exp(scores[base + i] - shift) * factor;
    scores[base + i] = v;
    if (kept) {
      STORE(X, kept, base + i, v);
    }
  }
}

/* One work item for each element of y. */
KERNEL(attention_values)(CONST float *scores, CONST TYPE(X) *v, CONST TYPE(X) *pastV,
                         GLOBAL TYPE(X) *y, int items, int heads, int keyHeads, int queries,
                         int keys, int past, int size, int packed) {
  const int item = ITEM;
  if (item < items) {
    const int total = past + keys;
    const int d = item % size;
    const int i = item / size % queries;
    const int head = item / size / queries % heads;
    const int n = item / size / queries / heads;
    const int keyHead = head * keyHeads / heads;
    CONST float *row = scores + ((n * heads + head) * queries + i) * total;
    float sum = 0.0f;
    for (int j = 0; j < total; j++) {
      /* values of hidden keys may be anything, NaN included */
      if (row[j] != 0.0f) {
        const float value =
            j < past ? LOAD(X, pastV, ((n * keyHeads + keyHead) * past + j) * size + d)
                     : LOAD(X, v, vector_at(packed, n, keyHead, j - past, keyHeads, keys, size) + d);
        sum = FMA(row[j], value, sum);
      }
    }
    STORE(X, y, vector_at(packed, n, head, i, heads, queries, size) + d, sum);
  }
}

/* Past and new keys or values behind one another, [N, keyHeads, past + keys, size]. */
KERNEL(attention_present)(CONST TYPE(X) *x, CONST TYPE(X) *pastX, GLOBAL TYPE(X) *y, int items,
                          int keyHeads, int keys, int past, int size, int packed) {
  const int item = ITEM;
  if (item < items) {
    const int d = item % size;
    const int j = item / size % (past + keys);
    const int head = item / size / (past + keys);
    const float v =
        j < past ? LOAD(X, pastX, (head * past + j) * size + d)
                 : LOAD(X, x, vector_at(packed, head / keyHeads, head % keyHeads, j - past, keyHeads,
                                        keys, size) + d);
    STORE(X, y, item, v);
  }
}

/* Rotary embedding: one work item for each element. */
KERNEL(rotary)(CONST TYPE(X) *x, CONST TYPE(X) *cosines, CONST TYPE(X) *sines,
               CONST i64 *positions, GLOBAL TYPE(X) *y, GLOBAL int *fault, int items, int heads,
               int length, int size, int half_, int interleaved, int packed, int rows) {
  const int item = ITEM;
  if (item < items) {
    const int e = item % size;
    const int vector = item / size;
    const int position = packed ? vector / heads % length : vector % length;
    i64 row = vector / heads / length * length + position;
    if (positions) {
      row = positions[row];
      if (row < 0 || row >= rows) {
        fault[0] = 1;
        return;
      }
    }
    float v = LOAD(X, x, item);
    if (e < 2 * half_) {
      const int second = interleaved ? e % 2 : e >= half_;
      const int pair = interleaved ? e / 2 : e % half_;
      const int step = interleaved ? 1 : half_;
      const float other = LOAD(X, x, second ? item - step : item + step);
      const float c = LOAD(X, cosines, (int)row * half_ + pair);
      const float s = LOAD(X, sines, (int)row * half_ + pair);
      v = second ? other * s + v * c : v * c - other * s;
    }
    STORE(X, y, item, v);
  }
}
