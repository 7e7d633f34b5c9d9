package dev.intermission.cli;

import dev.intermission.checkpoint.layout.Address;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads addresses on the command line. */
final class AddressConverter implements ITypeConverter<Address> {

  @Override
  public Address convert(String text) {
    try {
      return Address.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
