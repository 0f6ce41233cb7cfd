package dev.pith.kernels.x86;

import dev.pith.kernels.x86.Operand.Gp;
import dev.pith.kernels.x86.Operand.Imm;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the instructions of the encodings table: as much Intel syntax as the table uses. */
final class IntelSyntax {

  private static final Pattern ADDRESS =
      Pattern.compile("\\[(\\w+)(?:\\+(\\w+)\\*(\\d))?([+-]\\d+)?]");

  private static final Map<String, Op> OTHER_NAMES =
      Map.of(
          "vpxord", Op.VPXOR,
          "vpord", Op.VPOR,
          "vmovdqu32", Op.VMOVDQU,
          "movabs", Op.MOV_IMM);

  private IntelSyntax() {}

  static Instruction parse(String text) {
    String plain = text.replaceAll("\\{\\w+} ", "").replaceAll("\\w+ ptr ", "");
    int space = plain.indexOf(' ');
    String mnemonic = space < 0 ? plain : plain.substring(0, space);
    List<Operand> operands = new ArrayList<>();
    boolean dwords = false;
    if (space > 0) {
      for (String operand : plain.substring(space + 1).split(", ", -1)) {
        dwords |= operand.matches("e[a-ds][xi]|r\\d+d");
        operands.add(operand(operand));
      }
    }
    return new Instruction(op(mnemonic, operands, dwords), operands);
  }

  private static Op op(String mnemonic, List<Operand> operands, boolean dwords) {
    boolean stores = !operands.isEmpty() && operands.get(0) instanceof Memory;
    boolean constant = operands.size() == 2 && operands.get(1) instanceof Imm;
    String name = mnemonic.toUpperCase(Locale.ROOT);
    Op known = OTHER_NAMES.get(mnemonic);
    if (known != null) {
      name = known.name();
    } else if (constant && !mnemonic.startsWith("v")) {
      name += "_IMM";
    }
    if (dwords && (name.equals("MOV") || name.equals("XOR"))) {
      name += "32";
    }
    if (stores && name.matches("V?(MASK)?MOV.*") && !name.equals("VPMOVDB")) {
      name += "_STORE";
    }
    return Op.valueOf(name);
  }

  private static Operand operand(String text) {
    Matcher address = ADDRESS.matcher(text);
    if (address.matches()) {
      Gp index = address.group(2) == null ? null : (Gp) operand(address.group(2));
      int scale = address.group(3) == null ? 1 : Integer.parseInt(address.group(3));
      int offset = address.group(4) == null ? 0 : Integer.parseInt(address.group(4));
      return new Memory((Gp) operand(address.group(1)), index, scale, offset);
    }
    if (text.matches("[xyz]mm\\d+")) {
      int bits = 128 << "xyz".indexOf(text.charAt(0));
      return new Vec(Integer.parseInt(text.substring(3)), bits);
    }
    if (text.matches("-?\\d+|0x[0-9a-f]+")) {
      return new Imm(
          text.startsWith("0x")
              ? Long.parseUnsignedLong(text.substring(2), 16)
              : Long.parseLong(text));
    }
    String name = text.toUpperCase(Locale.ROOT);
    if (name.matches("R\\d+D")) {
      return Gp.valueOf(name.substring(0, name.length() - 1));
    }
    return Gp.valueOf(name.startsWith("E") ? "R" + name.substring(1) : name);
  }
}
