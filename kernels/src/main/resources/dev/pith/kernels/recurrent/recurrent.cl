/* LSTM, GRU and RNN, fp32. A launch multiplies all inputs with w, one for each step adds what comes
   from the state before, and a last one for each output lays it out. CELL_GATES is 4, 3 or 1.

   products [D, T, N, G * H]; states [T + 1, D, N, H], of which step i reads i and writes i + 1;
   cells [D, N, H]; functions: for each direction and function its kind and two numbers, as bits. */
FUNCTION float gate_of(CONST int *function, float v, float clip) {
  const float a = BITS_FLOAT(function[1]);
  const float b = BITS_FLOAT(function[2]);
  if (clip != 0.0f) {
    v = fmin(fmax(v, -clip), clip);
  }
  switch (function[0]) {
    case G_SIGMOID: return 1.0f / (1.0f + exp(-v));
    case G_TANH: return tanh(v);
    case G_RELU: return v > 0.0f ? v : 0.0f;
    case G_AFFINE: return a * v + b;
    case G_LEAKY_RELU: return v < 0.0f ? a * v : v;
    case G_THRESHOLDED_RELU: return v >= a ? v : 0.0f;
    case G_SCALED_TANH: return a * tanh(b * v);
    case G_HARD_SIGMOID: return fmin(fmax(a * v + b, 0.0f), 1.0f);
    case G_ELU: return v < 0.0f ? a * expm1(v) : v;
    case G_SOFTSIGN: return v / (1.0f + fabs(v));
    default: return log1p(exp(v)); /* G_SOFTPLUS */
  }
}

/* Steps of a sequence that count. */
FUNCTION int length_of(CONST int *lengths, int n, int steps) {
  return lengths ? (lengths[n] < 0 ? 0 : lengths[n] > steps ? steps : lengths[n]) : steps;
}

/* The step that comes as number i, and the other way round. */
FUNCTION int time_of(int backward, int i, int length) {
  return backward && i < length ? length - 1 - i : i;
}

FUNCTION float product_of(CONST float *row, CONST float *v, int count, float sum) {
  for (int k = 0; k < count; k++) {
    sum = FMA(row[k], v[k], sum);
  }
  return sum;
}

KERNEL(recurrent_start)(CONST float *h, CONST float *c, GLOBAL float *states, GLOBAL float *cells,
                        int items, int directions, int batch, int units, int batchFirst) {
  const int i = ITEM;
  if (i < items) {
    const int n = i / units % batch;
    const int d = i / units / batch;
    const int at = (batchFirst ? n * directions + d : d * batch + n) * units + i % units;
    states[i] = h ? h[at] : 0.0f;
    cells[i] = c ? c[at] : 0.0f;
  }
}

KERNEL(recurrent_inputs)(CONST float *x, CONST float *w, CONST float *bias,
                         GLOBAL float *products, int items, int steps, int batch, int inputs,
                         int rows, int waiting, int batchFirst) {
  const int i = ITEM;
  if (i < items) {
    const int row = i % rows;
    const int n = i / rows % batch;
    const int t = i / rows / batch % steps;
    const int d = i / rows / batch / steps;
    float sum = 0.0f;
    if (bias) {
      /* the candidate's bias of r may be multiplied by the reset gate, so it waits */
      sum = bias[2 * d * rows + row] + (row >= waiting ? 0.0f : bias[(2 * d + 1) * rows + row]);
    }
    const int from = (batchFirst ? n * steps + t : t * batch + n) * inputs;
    products[i] = product_of(w + (d * rows + row) * inputs, x + from, inputs, sum);
  }
}

#if CELL_GATES == 3
/* The reset gate times the state, where that comes before the product with r. */
KERNEL(recurrent_reset)(CONST float *products, CONST float *r, CONST int *lengths,
                        CONST float *states, GLOBAL float *resets, CONST int *functions,
                        int items, int step, int steps, int batch, int units, int reverse,
                        float clip) {
  const int i = ITEM;
  if (i < items) {
    const int u = i % units;
    const int n = i / units % batch;
    const int d = i / units / batch;
    const int t = time_of(d == 1 || reverse, step, length_of(lengths, n, steps));
    CONST float *h = states + step * items + (d * batch + n) * units;
    const float sum =
        product_of(r + (d * 3 * units + units + u) * units, h, units,
                   products[((d * steps + t) * batch + n) * 3 * units + units + u]);
    resets[i] = gate_of(functions + d * 6, sum, clip) * h[u];
  }
}
#endif

/* One step: a work item computes one unit of one sequence in one direction. */
KERNEL(recurrent_step)(CONST float *products, CONST float *r, CONST float *bias,
                       CONST int *lengths, CONST float *peepholes, GLOBAL float *states,
                       GLOBAL float *cells, CONST float *resets, CONST int *functions,
                       int items, int step, int steps, int batch, int units, int reverse,
                       int variant, float clip) {
  const int i = ITEM;
  if (i >= items) {
    return;
  }
  const int u = i % units;
  const int n = i / units % batch;
  const int d = i / units / batch;
  const int length = length_of(lengths, n, steps);
  CONST float *h = states + step * items + (d * batch + n) * units;
  GLOBAL float *next = states + (step + 1) * items + i;
  if (step >= length) {
    next[0] = h[u];
    return;
  }
  const int t = time_of(d == 1 || reverse, step, length);
  CONST float *given = products + ((d * steps + t) * batch + n) * CELL_GATES * units + u;
  CONST float *row = r + (d * CELL_GATES * units + u) * units;
#if CELL_GATES == 4
  /* gates i o f c; variant = whether the forget gate is 1 - i */
  CONST int *f = functions + d * 9;
  CONST float *peep = peepholes + d * 3 * units + u;
  float in = product_of(row, h, units, given[0]);
  float out = product_of(row + units * units, h, units, given[units]);
  float forget = product_of(row + 2 * units * units, h, units, given[2 * units]);
  float cell = product_of(row + 3 * units * units, h, units, given[3 * units]);
  const float old = cells[i];
  if (peepholes) {
    in += peep[0] * old;
    forget += peep[2 * units] * old;
  }
  in = gate_of(f, in, clip);
  forget = variant ? 1.0f - in : gate_of(f, forget, clip);
  cell = forget * old + in * gate_of(f + 3, cell, clip);
  cells[i] = cell;
  out += peepholes ? peep[units] * cell : 0.0f;
  next[0] = gate_of(f, out, clip) * gate_of(f + 6, cell, 0.0f);
#elif CELL_GATES == 3
  /* gates z r h; variant = whether the reset gate comes behind the product with r */
  CONST int *f = functions + d * 6;
  const float z = gate_of(f, product_of(row, h, units, given[0]), clip);
  float candidate = given[2 * units];
  if (variant) {
    const float reset =
        gate_of(f, product_of(row + units * units, h, units, given[units]), clip);
    const float start = bias ? bias[(2 * d + 1) * 3 * units + 2 * units + u] : 0.0f;
    candidate += reset * product_of(row + 2 * units * units, h, units, start);
  } else {
    candidate = product_of(row + 2 * units * units, resets + (d * batch + n) * units, units,
                           candidate);
  }
  next[0] = (1.0f - z) * gate_of(f + 3, candidate, clip) + z * h[u];
#else
  next[0] = gate_of(functions + d * 3, product_of(row, h, units, given[0]), clip);
#endif
}

/* All states in the order of time, zero behind a sequence's end. */
KERNEL(recurrent_all)(CONST float *states, CONST int *lengths, GLOBAL float *y, int items,
                      int directions, int steps, int batch, int units, int reverse,
                      int batchFirst) {
  const int i = ITEM;
  if (i < items) {
    const int u = i % units;
    const int n = i / units % batch;
    const int d = i / units / batch % directions;
    const int t = i / units / batch / directions;
    const int length = length_of(lengths, n, steps);
    const int number = time_of(d == 1 || reverse, t, length) + 1;
    const int at = batchFirst ? (n * steps + t) * directions + d : (t * directions + d) * batch + n;
    y[at * units + u] =
        t < length ? states[((number * directions + d) * batch + n) * units + u] : 0.0f;
  }
}

/* The last states, or cells. */
KERNEL(recurrent_last)(CONST float *last, GLOBAL float *y, int items, int directions,
                       int batch, int units, int batchFirst, int from) {
  const int i = ITEM;
  if (i < items) {
    const int n = i / units % batch;
    const int d = i / units / batch;
    const int at = batchFirst ? n * directions + d : d * batch + n;
    y[at * units + i % units] = last[from + i];
  }
}
