package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.linalg.EinsumProblem;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Sum of products in Einstein's notation; {@link EinsumProblem} has the arithmetic. ONNX Einsum.
 *
 * @param equation labels of each input, an arrow, labels of the output; without an arrow the output
 *     has the labels that occur once, in order of the alphabet. Three dots stand for the axes no
 *     label names, which broadcast
 */
public record Einsum(String equation) implements Op {

  /** Labels of one operand, the axes of three dots as digits that count from the last. */
  private static List<Character> labels(String text, int rank) {
    List<Character> labels = new ArrayList<>();
    int dots = text.indexOf("...");
    String named = text.replace("...", "");
    int hidden = dots < 0 ? 0 : rank - named.length();
    if (rank >= 0 && named.length() + hidden != rank || hidden > 9) {
      throw new IllegalArgumentException("labels " + text + " do not fit rank " + rank);
    }
    for (int i = 0; i < named.length(); i++) {
      if (i == dots) {
        dots(labels, hidden);
      }
      labels.add(named.charAt(i));
    }
    if (dots == named.length()) {
      dots(labels, hidden);
    }
    return labels;
  }

  private static void dots(List<Character> labels, int count) {
    for (int d = count - 1; d >= 0; d--) {
      labels.add((char) ('0' + d));
    }
  }

  private EinsumProblem problem(OpContext context) {
    String plain = equation.replace(" ", "");
    int arrow = plain.indexOf("->");
    String[] terms = (arrow < 0 ? plain : plain.substring(0, arrow)).split(",", -1);
    if (terms.length != context.inputCount()) {
      throw new IllegalArgumentException(
          "equation "
              + equation
              + " is for "
              + terms.length
              + " inputs, not "
              + context.inputCount());
    }
    Map<Character, Long> extents = new LinkedHashMap<>();
    Map<Character, Integer> uses = new LinkedHashMap<>();
    List<List<Character>> inputs = new ArrayList<>();
    for (int t = 0; t < terms.length; t++) {
      Shape shape = context.input(t).shape();
      List<Character> labels = labels(terms[t], shape.rank());
      inputs.add(labels);
      for (int d = 0; d < labels.size(); d++) {
        long extent = shape.dim(d);
        Long known = extents.get(labels.get(d));
        if (known != null && known != extent && known != 1 && extent != 1) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "label %s of %s is %d and %d",
                  labels.get(d),
                  equation,
                  known,
                  extent));
        }
        extents.merge(labels.get(d), extent, (a, b) -> a == 1 ? b : a);
        uses.merge(labels.get(d), 1, Integer::sum);
      }
    }
    List<Character> kept = new ArrayList<>();
    int hidden = (int) extents.keySet().stream().filter(Character::isDigit).count();
    if (arrow < 0) {
      dots(kept, hidden);
      uses.keySet().stream()
          .filter(label -> !Character.isDigit(label) && uses.get(label) == 1)
          .sorted()
          .forEach(kept::add);
    } else {
      String output = plain.substring(arrow + 2);
      int rank = output.contains("...") ? output.length() - 3 + hidden : output.length();
      kept.addAll(labels(output, rank));
    }
    return problem(context, extents, inputs, kept);
  }

  private EinsumProblem problem(
      OpContext context,
      Map<Character, Long> extents,
      List<List<Character>> inputs,
      List<Character> kept) {
    List<Character> all = new ArrayList<>(kept);
    extents.keySet().stream().filter(label -> !kept.contains(label)).forEach(all::add);
    List<Long> sizes = new ArrayList<>();
    for (Character label : all) {
      if (!extents.containsKey(label)) {
        throw new IllegalArgumentException(
            "label " + label + " of equation " + equation + " occurs in no input");
      }
      sizes.add(extents.get(label));
    }
    List<List<Long>> strides = new ArrayList<>();
    for (int t = 0; t < inputs.size(); t++) {
      Shape shape = context.input(t).shape();
      long[] own = shape.strides();
      Long[] row = new Long[all.size()];
      java.util.Arrays.fill(row, 0L);
      for (int d = 0; d < own.length; d++) {
        int at = all.indexOf(inputs.get(t).get(d));
        row[at] += shape.dim(d) == 1 ? 0 : own[d];
      }
      strides.add(List.of(row));
    }
    return new EinsumProblem(context.input(0).dtype(), sizes, kept.size(), strides);
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    EinsumProblem p = problem(context);
    for (int i = 0; i < context.inputCount(); i++) {
      if (!context.input(i).dtype().isFloat() || context.input(i).dtype() != p.dtype()) {
        throw new IllegalArgumentException(
            "input " + i + " is " + context.input(i) + "; one floating-point type is needed");
      }
    }
    long[] dims = p.extents().subList(0, p.kept()).stream().mapToLong(d -> d).toArray();
    return List.of(new TensorType(p.dtype(), Shape.of(dims)));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    return problem(context);
  }
}
