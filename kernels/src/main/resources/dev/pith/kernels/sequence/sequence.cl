/* Running sums or products; a work item is a line along the axis. */
KERNEL(cumulative)(CONST TYPE(X) *x, GLOBAL TYPE(X) *y, int lines, int count, int inner, int f,
                   int start, int exclusive, int reverse) {
  const int line = ITEM;
  if (line < lines) {
    const int base = line / inner * count * inner + line % inner;
    number sum = (number)start;
    for (int t = 0; t < count; t++) {
      const int at = base + (reverse ? count - 1 - t : t) * inner;
      const number next = binary_of(f, sum, GET(x, at));
      PUT(y, at, exclusive ? sum : next);
      sum = next;
    }
  }
}
