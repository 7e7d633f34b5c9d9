package dev.intermission.operator.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.control.SigningKeys;
import dev.intermission.control.TrustedKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperatorKeyTest {
  @TempDir Path directory;

  @Test
  void publicHalfIsTheOneThatBelongsToThePrivateKey() throws IOException {
    var pair = SigningKeys.generate();

    var key = OperatorKey.read(file(SigningKeys.encode(pair.getPrivate())));

    assertThat(key.trusted())
        .isEqualTo(new TrustedKeys(Map.of(key.signing().id(), pair.getPublic())));
  }

  @Test
  void pemFileIsTheSameKey() throws IOException {
    var bare = SigningKeys.encode(SigningKeys.generate().getPrivate());
    var pem = "-----BEGIN PRIVATE KEY-----\n" + bare + "\n-----END PRIVATE KEY-----\n";

    assertThat(OperatorKey.read(file(pem)).signing())
        .isEqualTo(OperatorKey.read(file(bare)).signing());
  }

  @Test
  void anythingElseIsRefusedWithoutRepeatingIt() throws IOException {
    var notAKey = file("c2VjcmV0");

    assertThatThrownBy(() -> OperatorKey.read(notAKey))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("c2VjcmV0");
  }

  private Path file(String text) throws IOException {
    return Files.writeString(Files.createTempFile(directory, "key", ""), text);
  }
}
