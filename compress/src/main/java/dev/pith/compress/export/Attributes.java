package dev.pith.compress.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import java.util.ArrayList;
import java.util.List;

/** Attributes of an ONNX node, built in place. */
final class Attributes {

  private final List<AttributeProto> list = new ArrayList<>();

  private Attributes() {}

  static Attributes none() {
    return new Attributes();
  }

  private static AttributeProto.Builder named(String name, AttributeProto.AttributeType type) {
    return AttributeProto.newBuilder().setName(name).setType(type);
  }

  Attributes integer(String name, long value) {
    list.add(named(name, AttributeProto.AttributeType.INT).setI(value).build());
    return this;
  }

  Attributes flag(String name, boolean value) {
    return integer(name, value ? 1 : 0);
  }

  Attributes number(String name, float value) {
    list.add(named(name, AttributeProto.AttributeType.FLOAT).setF(value).build());
    return this;
  }

  Attributes integers(String name, List<Long> values) {
    list.add(named(name, AttributeProto.AttributeType.INTS).addAllInts(values).build());
    return this;
  }

  Attributes text(String name, String value) {
    AttributeProto.Builder builder = named(name, AttributeProto.AttributeType.STRING);
    list.add(builder.setS(com.google.protobuf.ByteString.copyFromUtf8(value)).build());
    return this;
  }

  List<AttributeProto> build() {
    return list;
  }
}
