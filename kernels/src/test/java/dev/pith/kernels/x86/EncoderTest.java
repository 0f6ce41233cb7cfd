package dev.pith.kernels.x86;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EncoderTest {

  private static List<String> table() throws IOException {
    try (InputStream in = EncoderTest.class.getResourceAsStream("/golden/x86-encodings.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1).toList();
    }
  }

  @Test
  void everyInstructionHasTheBytesOfAnAssembler() throws IOException {
    StringBuilder wrong = new StringBuilder();
    Set<Op> seen = EnumSet.noneOf(Op.class);
    for (String line : table()) {
      int space = line.indexOf(' ');
      Instruction instruction = IntelSyntax.parse(line.substring(space + 1));
      seen.add(instruction.op());
      String hex = HexFormat.of().formatHex(Encoder.encode(List.of(instruction)));
      if (!hex.equals(line.substring(0, space))) {
        wrong.append(line).append(" but is ").append(hex).append('\n');
      }
    }
    assertEquals("", wrong.toString());
    Set<Op> missing = EnumSet.complementOf(EnumSet.copyOf(seen));
    missing.removeIf(op -> op.form == Op.Form.JUMP);
    assertTrue(missing.isEmpty(), missing + " are in no line of the table");
  }

  @Test
  void aJumpToNowhereIsRefused() {
    Assembler assembler = new Assembler().emit(Op.JMP, new Operand.Label());
    assertThrows(IllegalStateException.class, assembler::toBytes);
  }
}
