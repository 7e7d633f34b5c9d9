package dev.intermission.checkpoint.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestCodecTest {

  private static final String GOLDEN = golden();

  @Test
  void theGoldenManifestOfFormat1IsReadAsItWasWritten() {
    var manifest = ManifestCodec.decode("golden", GOLDEN.getBytes(UTF_8));
    assertThat(manifest.job().display()).isEqualTo("team-a/digits");
    assertThat(manifest.step()).isEqualTo(1200);
    assertThat(manifest.token()).hasToString("3-7");
    assertThat(manifest.requestId()).contains(4L);
    assertThat(manifest.finished()).isTrue();
    assertThat(manifest.parent().orElseThrow().step()).isEqualTo(900);
    assertThat(manifest.contains()).containsExactly("model", "rng");
    assertThat(manifest.bytes()).isEqualTo(18);
    assertThat(manifest.objects()).isEqualTo(3);
    assertThat(manifest.parts().get(1).files().getLast().path()).isEqualTo("ordner mit ü/leer");
  }

  @Test
  void theGoldenManifestIsWrittenAgainByteForByte() {
    var manifest = ManifestCodec.decode("golden", GOLDEN.getBytes(UTF_8));
    assertThat(new String(ManifestCodec.encode(manifest), UTF_8)).isEqualTo(GOLDEN);
  }

  @Test
  void anUnknownFieldIsIgnored() {
    var more = GOLDEN.replaceFirst("\\{", "{\"later\":{\"x\":[1]},");
    assertThat(ManifestCodec.decode("golden", more.getBytes(UTF_8)).step()).isEqualTo(1200);
  }

  @Test
  void metricsAreTheFiniteNumbersThatRankZeroDeclares() {
    var declared =
        GOLDEN.replaceFirst(
            "\"declared\":\\{",
            "\"declared\":{\"epoch\":\"many\",\"metrics\":{\"loss\":0.5,\"huge\":1e999,\"text\":\"x\",\"n\":3},");

    var manifest = ManifestCodec.decode("m", declared.getBytes(UTF_8));

    assertThat(manifest.metrics()).containsExactly(entry("loss", 0.5), entry("n", 3.0));
    assertThat(manifest.epoch()).isEmpty();
  }

  @Test
  void aNewerFormatIsRefusedByName() {
    var newer = GOLDEN.replace("\"formatVersion\":1", "\"formatVersion\":2");
    assertThatThrownBy(() -> ManifestCodec.decode("m", newer.getBytes(UTF_8)))
        .isInstanceOf(StoreException.FormatTooNew.class)
        .hasMessageContaining("format version 2")
        .hasMessageContaining("Upgrade");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "a path that climbs out | \"path\":\"weights\" | \"path\":\"../weights\" | leaves its"
            + " directory",
        "a path that climbs out later | \"path\":\"weights\" | \"path\":\"a/../../weights\" |"
            + " leaves its directory",
        "an absolute path | \"path\":\"weights\" | \"path\":\"/weights\" | leaves its directory",
        "an empty path | \"path\":\"weights\" | \"path\":\"\" | leaves its directory",
        "a folder instead of a file | \"path\":\"weights\" | \"path\":\"weights/\" | leaves its"
            + " directory",
        "a name twice | \"path\":\"weights\" | \"path\":\"frozen\" | named twice",
        "a file inside a file | \"path\":\"weights\" | \"path\":\"frozen/weights\" | both a file"
            + " and a folder",
        "sums that do not add up | \"bytes\":5,\"chunks\" | \"bytes\":6,\"chunks\" | its chunks"
            + " have 5",
        "a chunk under another sum's key | \"key\":\"2c/2c | \"key\":\"2c/3c | starts with its sum",
        "a chunk outside the chunks | \"key\":\"2c/2c | \"key\":\"../2c | starts with its sum",
        "a negative length | \"bytes\":5}]} | \"bytes\":-5}]} | empty",
        "a missing rank | \"worldSize\":2 | \"worldSize\":3 | one part per rank",
        "no world | \"worldSize\":2 | \"worldSize\":0 | one part per rank",
        "a rank twice | \"rank\":1 | \"rank\":0 | one part per rank",
        "a step that is no number | \"step\":1200 | \"step\":\"1200\" | step is not a whole number",
        "a step that is too large | \"step\":1200 | \"step\":99999999999999999999 | step is not a"
            + " whole number",
        "a negative step | \"step\":1200 | \"step\":-1 | step -1",
        "a field twice | \"finished\":true | \"finished\":true,\"finished\":false | uplicate",
        "a run before the first | \"run\":3 | \"run\":0 | start at 1",
        "a parent that is no name | 00000000000000000900-3 | x-3 | not the name of a manifest",
        "a date that is none | 2026-11-24T | 2026-13-24T | 2026-13",
        "a job with a slash | \"name\":\"digits\" | \"name\":\"a/b\" | cannot be part",
      })
  void isRefusedAsDamaged(String what, String from, String to, String because) {
    assertThat(GOLDEN).as(what).contains(from);
    var broken = GOLDEN.replaceFirst(java.util.regex.Pattern.quote(from), to);
    assertThatThrownBy(() -> ManifestCodec.decode("m", broken.getBytes(UTF_8)))
        .isInstanceOf(StoreException.Damaged.class)
        .hasMessageContaining(because);
  }

  @Test
  void halfAManifestAndMoreThanOneAreDamaged() {
    for (var text :
        new String[] {GOLDEN.substring(0, 400), GOLDEN + "{}", "", "[]", "null", "17"}) {
      assertThatThrownBy(() -> ManifestCodec.decode("m", text.getBytes(UTF_8)))
          .as(text)
          .isInstanceOf(StoreException.Damaged.class);
    }
  }

  @Test
  void aReferenceMustFitItsName() {
    var sum = Sha256.hex(new byte[] {1});
    var name = "00000000000000000005-1-2-" + sum.substring(0, 16) + ".json";
    assertThat(ManifestRef.of(name, sum).step()).isEqualTo(5);
    var other = Sha256.hex(new byte[] {2});
    assertThatThrownBy(() -> ManifestRef.of(name, other))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ManifestRef(name, sum, 6))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ManifestRef.of("../HEAD", sum))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static String golden() {
    try (var in = ManifestCodecTest.class.getResourceAsStream("/golden/manifest-1.json")) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
