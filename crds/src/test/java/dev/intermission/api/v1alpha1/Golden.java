package dev.intermission.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that is committed and generated: compared in a normal build, rewritten by {@code
 * -Dgolden.update}.
 */
record Golden(Path file) {

  static Golden of(Path file) {
    return new Golden(file);
  }

  void isEqualTo(String generated) throws IOException {
    if (System.getProperty("golden.update") != null) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, generated);
    }
    assertThat(file).as("rewrite it with: mvn -pl crds test -Dgolden.update").exists();
    assertThat(Files.readString(file))
        .as("rewrite %s with: mvn -pl crds test -Dgolden.update", file)
        .isEqualTo(generated);
  }
}
