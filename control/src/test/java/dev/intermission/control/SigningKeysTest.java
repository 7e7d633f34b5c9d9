package dev.intermission.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class SigningKeysTest {

  @Test
  void keysSurviveTheirTextForm() {
    var pair = SigningKeys.generate();

    assertThat(SigningKeys.decodePrivate(SigningKeys.encode(pair.getPrivate())))
        .isEqualTo(pair.getPrivate());
    assertThat(SigningKeys.decodePublic(SigningKeys.encode(pair.getPublic()) + "\n"))
        .isEqualTo(pair.getPublic());
  }

  @Test
  void aTextThatIsNoKeyIsNamedButNeverRepeated() {
    assertThatThrownBy(() -> SigningKeys.decodePrivate("c2VjcmV0"))
        .hasMessageContaining("PKCS#8")
        .hasMessageNotContaining("c2VjcmV0");
    assertThatThrownBy(() -> SigningKeys.decodePublic("%%")).hasMessageContaining("X.509");
  }

  @Test
  void aSigningKeyNeverPrintsItself() {
    var pair = SigningKeys.generate();

    assertThat(new SigningKey("k1", pair.getPrivate())).hasToString("SigningKey[k1]");
  }

  @Test
  void trustedKeysSayWhichEntryIsWrong() {
    var good = SigningKeys.encode(SigningKeys.generate().getPublic());

    assertThatThrownBy(() -> TrustedKeys.parse("")).hasMessageContaining("keyid=base64");
    assertThatThrownBy(() -> TrustedKeys.parse("k1=" + good + ",k1=" + good))
        .hasMessageContaining("key k1 is there twice");
    assertThatThrownBy(() -> TrustedKeys.parse("a b=" + good)).hasMessageContaining("\"a b\"");
    assertThatThrownBy(() -> new TrustedKeys(Map.of())).hasMessageContaining("no public key");
  }
}
