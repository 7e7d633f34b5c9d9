package dev.intermission.cli;

import dev.intermission.checkpoint.s3.Encryption;
import dev.intermission.checkpoint.s3.Protection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a file of certificates whose authorities are trusted, and no others. */
final class CaBundleConverter implements ITypeConverter<Protection> {

  @Override
  public Protection convert(String file) {
    try {
      var pem = Files.readString(Path.of(file));
      return new Protection(new Encryption.BucketDefault(), Optional.of(pem));
    } catch (IOException | IllegalArgumentException e) {
      throw new TypeConversionException(
          file + " cannot be used: give a file of certificates in PEM (" + e + ")");
    }
  }
}
