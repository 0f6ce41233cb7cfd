package dev.pith.kernels;

/** Names of classes as names of kernels. Without regular expressions: it runs while models open. */
final class SnakeCase {

  private static final ClassValue<String> NAMES =
      new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
          return of(type.getSimpleName());
        }
      };

  private SnakeCase() {}

  /** The name of the kernels of a class, made once. */
  static String of(Class<?> type) {
    return NAMES.get(type);
  }

  /** {@code X86QConv} becomes {@code x86_q_conv}, {@code VectorPool} {@code vector_pool}. */
  static String of(String name) {
    StringBuilder snake = new StringBuilder(name.length() + 4);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (i > 0 && isUpper(c)) {
        boolean endsWord = !isUpper(name.charAt(i - 1));
        boolean beginsWord = i + 1 < name.length() && isLower(name.charAt(i + 1));
        if (endsWord || beginsWord) {
          snake.append('_');
        }
      }
      snake.append(isUpper(c) ? (char) (c - 'A' + 'a') : c);
    }
    return snake.toString();
  }

  private static boolean isUpper(char c) {
    return c >= 'A' && c <= 'Z';
  }

  private static boolean isLower(char c) {
    return c >= 'a' && c <= 'z';
  }
}
