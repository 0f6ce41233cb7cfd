package dev.pith.kernels.x86;

/**
 * Instructions as data, from the Intel 64 and IA-32 Architectures Software Developer's Manual,
 * volume 2. Vector instructions exist in a VEX and an EVEX form unless stated; operands are in
 * Intel order, destination first.
 */
public enum Op {
  // general purpose
  MOV(Form.GP_RM, 0x8B),
  MOV32(Form.GP32_RM, 0x8B),
  MOV_STORE(Form.GP_MR, 0x89),
  MOV32_STORE(Form.GP32_MR, 0x89),
  MOVSXD(Form.GP_RM, 0x63),
  LEA(Form.GP_RM, 0x8D),
  ADD(Form.GP_RM, 0x03),
  SUB(Form.GP_RM, 0x2B),
  CMP(Form.GP_RM, 0x3B),
  XOR32(Form.GP32_RM, 0x33),
  IMUL(Form.GP_RM, 0x0FAF),
  ADD_IMM(Form.GP_IMM, 0),
  SUB_IMM(Form.GP_IMM, 5),
  CMP_IMM(Form.GP_IMM, 7),
  SHL_IMM(Form.GP_IMM8, 4),
  MOV_IMM(Form.GP_IMM64, 0xB8),
  PUSH(Form.STACK, 0x50),
  POP(Form.STACK, 0x58),
  JMP(Form.JUMP, 0xE9),
  JE(Form.JUMP, 0x0F84),
  JNE(Form.JUMP, 0x0F85),
  JL(Form.JUMP, 0x0F8C),
  JGE(Form.JUMP, 0x0F8D),
  RET(Form.PLAIN, 0xC3),
  CPUID(Form.PLAIN, 0x0FA2),
  XGETBV(Form.PLAIN, 0x0F01D0),
  VZEROUPPER(Form.PLAIN, 0xC5F877),
  /** Brings a line into all caches; never faults. */
  PREFETCHT0(Form.HINT, 0x0F18),

  // moves and broadcasts
  VMOVDQU(Form.RM, P.F3, M.M0F, 0x6F, T.FULL),
  VMOVDQU_STORE(Form.MR, P.F3, M.M0F, 0x7F, T.FULL),
  VMOVUPS(Form.RM, P.NONE, M.M0F, 0x10, T.FULL),
  VMOVUPS_STORE(Form.MR, P.NONE, M.M0F, 0x11, T.FULL),
  VMASKMOVPS(Form.RVM, P.P66, M.M0F38, 0x2C, T.FULL),
  VMASKMOVPS_STORE(Form.MVR, P.P66, M.M0F38, 0x2E, T.FULL),
  VMOVD(Form.RM, P.P66, M.M0F, 0x6E, T.DWORD),
  VMOVD_STORE(Form.MR, P.P66, M.M0F, 0x7E, T.DWORD),
  VMOVQ(Form.RM, P.F3, M.M0F, 0x7E, T.HALF),
  VMOVQ_STORE(Form.MR, P.P66, M.M0F, 0xD6, T.HALF),
  VPBROADCASTD(Form.RM, P.P66, M.M0F38, 0x58, T.DWORD),
  VPBROADCASTQ(Form.RM, P.P66, M.M0F38, 0x59, T.QWORD),
  VBROADCASTSS(Form.RM, P.P66, M.M0F38, 0x18, T.DWORD),
  VPMOVZXBW(Form.RM, P.P66, M.M0F38, 0x30, T.HALF),
  VPMOVSXBW(Form.RM, P.P66, M.M0F38, 0x20, T.HALF),
  VPMOVZXBD(Form.RM, P.P66, M.M0F38, 0x31, T.QUARTER),
  VPMOVSXBD(Form.RM, P.P66, M.M0F38, 0x21, T.QUARTER),
  VPMOVDB(Form.MR, P.F3, M.M0F38, 0x31, T.QUARTER),
  VPEXTRD(Form.MR_IMM, P.P66, M.M0F3A, 0x16, T.DWORD),
  VEXTRACTI128(Form.MR_IMM, P.P66, M.M0F3A, 0x39, T.HALF),
  VINSERTI128(Form.RVM_IMM, P.P66, M.M0F3A, 0x38, T.HALF),

  // integers
  VPXOR(Form.RVM, P.P66, M.M0F, 0xEF, T.FULL),
  VPOR(Form.RVM, P.P66, M.M0F, 0xEB, T.FULL),
  VPSUBW(Form.RVM, P.P66, M.M0F, 0xF9, T.FULL),
  VPADDD(Form.RVM, P.P66, M.M0F, 0xFE, T.FULL),
  VPSUBD(Form.RVM, P.P66, M.M0F, 0xFA, T.FULL),
  VPMULLD(Form.RVM, P.P66, M.M0F38, 0x40, T.FULL),
  VPMADDWD(Form.RVM, P.P66, M.M0F, 0xF5, T.FULL),
  VPDPBUSD(Form.RVM, P.P66, M.M0F38, 0x50, T.FULL),
  VPHADDD(Form.RVM, P.P66, M.M0F38, 0x02, T.FULL),
  VPMAXSD(Form.RVM, P.P66, M.M0F38, 0x3D, T.FULL),
  VPMINSD(Form.RVM, P.P66, M.M0F38, 0x39, T.FULL),
  VPACKSSDW(Form.RVM, P.P66, M.M0F, 0x6B, T.FULL),
  VPACKSSWB(Form.RVM, P.P66, M.M0F, 0x63, T.FULL),
  VPACKUSWB(Form.RVM, P.P66, M.M0F, 0x67, T.FULL),
  VPUNPCKLBW(Form.RVM, P.P66, M.M0F, 0x60, T.FULL),
  VPUNPCKHBW(Form.RVM, P.P66, M.M0F, 0x68, T.FULL),
  VPUNPCKLWD(Form.RVM, P.P66, M.M0F, 0x61, T.FULL),
  VPUNPCKHWD(Form.RVM, P.P66, M.M0F, 0x69, T.FULL),
  VPUNPCKLDQ(Form.RVM, P.P66, M.M0F, 0x62, T.FULL),
  VPUNPCKHDQ(Form.RVM, P.P66, M.M0F, 0x6A, T.FULL),
  VPUNPCKLQDQ(Form.RVM, P.P66, M.M0F, 0x6C, T.FULL),
  VPUNPCKHQDQ(Form.RVM, P.P66, M.M0F, 0x6D, T.FULL),
  VPSHUFB(Form.RVM, P.P66, M.M0F38, 0x00, T.FULL),
  VPERMD(Form.RVM, P.P66, M.M0F38, 0x36, T.FULL),
  VPMADDUBSW(Form.RVM, P.P66, M.M0F38, 0x04, T.FULL),
  VPADDW(Form.RVM, P.P66, M.M0F, 0xFD, T.FULL),
  VPADDSW(Form.RVM, P.P66, M.M0F, 0xED, T.FULL),
  VPMINUB(Form.RVM, P.P66, M.M0F, 0xDA, T.FULL),
  VPMAXUB(Form.RVM, P.P66, M.M0F, 0xDE, T.FULL),
  VPERMQ(Form.RM_IMM, P.P66, M.M0F3A, 0x00, T.FULL, true),
  VPSLLD(Form.VMI, P.P66, M.M0F, 0x72, T.FULL, false, 6),
  VPSRAD(Form.VMI, P.P66, M.M0F, 0x72, T.FULL, false, 4),

  // floating point
  VCVTDQ2PS(Form.RM, P.NONE, M.M0F, 0x5B, T.FULL),
  VCVTPS2DQ(Form.RM, P.P66, M.M0F, 0x5B, T.FULL),
  VADDPS(Form.RVM, P.NONE, M.M0F, 0x58, T.FULL),
  /** Sums of neighbours, of the second and of the third operand in turn; VEX only. */
  VHADDPS(Form.RVM, P.F2, M.M0F, 0x7C, T.FULL),
  VSUBPS(Form.RVM, P.NONE, M.M0F, 0x5C, T.FULL),
  /** Square roots. */
  VSQRTPS(Form.RM, P.NONE, M.M0F, 0x51, T.FULL),
  /** Rounds to integers as the constant says; VEX only. */
  VROUNDPS(Form.RM_IMM, P.P66, M.M0F3A, 0x08, T.FULL),
  VANDPS(Form.RVM, P.NONE, M.M0F, 0x54, T.FULL),
  VANDNPS(Form.RVM, P.NONE, M.M0F, 0x55, T.FULL),
  VORPS(Form.RVM, P.NONE, M.M0F, 0x56, T.FULL),
  /** Compares as the constant says: masks of all bits; VEX only. */
  VCMPPS(Form.RVM_IMM, P.NONE, M.M0F, 0xC2, T.FULL),
  /** Takes the third operand's lanes where the fourth is negative; VEX only. */
  VBLENDVPS(Form.RVMR, P.P66, M.M0F3A, 0x4A, T.FULL),
  /** In each half two lanes of the second and two of the third operand. */
  VSHUFPS(Form.RVM_IMM, P.NONE, M.M0F, 0xC6, T.FULL),
  VMULPS(Form.RVM, P.NONE, M.M0F, 0x59, T.FULL),
  VDIVPS(Form.RVM, P.NONE, M.M0F, 0x5E, T.FULL),
  VMINPS(Form.RVM, P.NONE, M.M0F, 0x5D, T.FULL),
  VMAXPS(Form.RVM, P.NONE, M.M0F, 0x5F, T.FULL),
  VFMADD213PS(Form.RVM, P.P66, M.M0F38, 0xA8, T.FULL),
  VFNMADD231PS(Form.RVM, P.P66, M.M0F38, 0xBC, T.FULL),
  VFMADD231PS(Form.RVM, P.P66, M.M0F38, 0xB8, T.FULL);

  /** Which operands an instruction takes, and where they go. */
  enum Form {
    /** 64-bit register, 64-bit register or memory. */
    GP_RM,
    /** 32-bit register, 32-bit register or memory. */
    GP32_RM,
    /** Memory, 64-bit register. */
    GP_MR,
    /** Memory, 32-bit register. */
    GP32_MR,
    /** 64-bit register, sign-extended 32-bit constant; the opcode is the group's digit. */
    GP_IMM,
    /** 64-bit register, 8-bit constant (a shift); the opcode is the group's digit. */
    GP_IMM8,
    /** 64-bit register, 64-bit constant. */
    GP_IMM64,
    /** 64-bit register. */
    STACK,
    /** Memory; the opcode's digit is 1. */
    HINT,
    /** Label. */
    JUMP,
    /** Nothing; the opcode is the whole instruction. */
    PLAIN,
    /** Vector, vector or memory. */
    RM,
    /** Vector or memory, vector. */
    MR,
    /** Vector, vector, vector or memory. */
    RVM,
    /** Memory, vector, vector. */
    MVR,
    /** Vector, vector or memory, constant. */
    RM_IMM,
    /** Vector or memory, vector, constant. */
    MR_IMM,
    /** Vector, vector, vector or memory, constant. */
    RVM_IMM,
    /** Vector, vector, vector or memory, vector. */
    RVMR,
    /** Vector, vector, constant; the opcode has a digit where the register would be. */
    VMI
  }

  /** Mandatory prefixes, as VEX and EVEX number them. */
  static final class P {
    static final int NONE = 0;
    static final int P66 = 1;
    static final int F3 = 2;
    static final int F2 = 3;

    private P() {}
  }

  /** Opcode maps, as VEX and EVEX number them. */
  static final class M {
    static final int M0F = 1;
    static final int M0F38 = 2;
    static final int M0F3A = 3;

    private M() {}
  }

  /** Bytes of a memory operand for each byte of the vector: what EVEX displacements count in. */
  static final class T {
    static final int FULL = 1;
    static final int HALF = 2;
    static final int QUARTER = 4;

    /** Four bytes whatever the vector. */
    static final int DWORD = 0;

    /** Eight bytes whatever the vector; VEX only. */
    static final int QWORD = -1;

    private T() {}
  }

  final Form form;
  final int opcode;
  final int prefix;
  final int map;
  final int tuple;
  final boolean wide;
  final int digit;

  Op(Form form, int opcode) {
    this(form, 0, 0, opcode, 0, false, 0);
  }

  Op(Form form, int prefix, int map, int opcode, int tuple) {
    this(form, prefix, map, opcode, tuple, false, 0);
  }

  Op(Form form, int prefix, int map, int opcode, int tuple, boolean wide) {
    this(form, prefix, map, opcode, tuple, wide, 0);
  }

  Op(Form form, int prefix, int map, int opcode, int tuple, boolean wide, int digit) {
    this.form = form;
    this.opcode = opcode;
    this.prefix = prefix;
    this.map = map;
    this.tuple = tuple;
    this.wide = wide;
    this.digit = digit;
  }

  /** Whether operands are vectors. */
  boolean isVector() {
    return map != 0;
  }
}
