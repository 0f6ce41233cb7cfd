package dev.pith.compress.cli;

import dev.pith.compress.data.DataSpec;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads DATA on the command line. */
final class DataOption implements ITypeConverter<DataSpec> {

  @Override
  public DataSpec convert(String text) {
    try {
      return DataSpec.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
