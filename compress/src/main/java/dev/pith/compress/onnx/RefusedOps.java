package dev.pith.compress.onnx;

import java.util.List;
import java.util.stream.Stream;

/** Operators that Pith will not run, each with its reason. */
final class RefusedOps {

  private static final String RANDOM =
      "its result is random, so no two runs agree; export the model for inference";
  private static final String TEXT = "it computes text, and Pith has tensors of numbers only";
  private static final String SEQUENCE = "it computes sequences, and Pith has tensors only";

  static final List<OnnxOp> ALL =
      Stream.of(
              refused(
                  RANDOM,
                  "Bernoulli",
                  "Multinomial",
                  "RandomNormal",
                  "RandomNormalLike",
                  "RandomUniform",
                  "RandomUniformLike"),
              refused(
                  TEXT,
                  "RegexFullMatch",
                  "StringConcat",
                  "StringNormalizer",
                  "StringSplit",
                  "TfIdfVectorizer"),
              refused("it decodes image files; decode them before the model", "ImageDecoder"),
              refused(
                  SEQUENCE,
                  "ConcatFromSequence",
                  "SequenceAt",
                  "SequenceConstruct",
                  "SequenceEmpty",
                  "SequenceErase",
                  "SequenceInsert",
                  "SequenceLength",
                  "SequenceMap",
                  "SplitToSequence"))
          .flatMap(List::stream)
          .toList();

  private RefusedOps() {}

  private static List<OnnxOp> refused(String reason, String... types) {
    return Stream.of(types)
        .map(
            type ->
                OnnxOp.of(
                    type,
                    (node, graph) -> {
                      throw node.refuse(reason);
                    }))
        .toList();
  }
}
