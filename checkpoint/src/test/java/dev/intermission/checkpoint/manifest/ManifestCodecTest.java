package dev.intermission.checkpoint.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Sha256;
import dev.intermission.checkpoint.layout.Sum;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    assertThat(manifest.bytes()).isEqualTo(24);
    assertThat(manifest.objects()).isEqualTo(3);
    assertThat(manifest.parts().get(1).files().getLast().path()).isEqualTo("ordner mit ü/leer");
    assertThat(manifest.placements())
        .extracting(place -> place.chunk().bytes() + " " + paths(place) + " " + place.offset())
        .containsExactly("13 [frozen] 0", "11 [optimizer/state, weights] 0");
    assertThat(manifest.parts().getFirst().files().getLast().sum())
        .contains(Sum.of(Sha256.digest().digest("world!".getBytes(UTF_8))));
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

  @ParameterizedTest
  @ValueSource(strings = {"2", "2147483648", "9223372036854775808", "18446744073709551617"})
  void aNewerFormatIsRefusedByName(String version) {
    var newer = GOLDEN.replace("\"formatVersion\":1", "\"formatVersion\":" + version);
    assertThatThrownBy(() -> ManifestCodec.decode("m", newer.getBytes(UTF_8)))
        .isInstanceOf(StoreException.FormatTooNew.class)
        .hasMessageContaining("format version " + version)
        .hasMessageContaining("Upgrade");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1.0", "2.5", "\"2\"", "null", "-9223372036854775809"})
  void aFormatThatIsNoNumberFromOneOnIsDamage(String version) {
    var broken = GOLDEN.replace("\"formatVersion\":1", "\"formatVersion\":" + version);
    assertThatThrownBy(() -> ManifestCodec.decode("m", broken.getBytes(UTF_8)))
        .isInstanceOf(StoreException.Damaged.class)
        .hasMessageContaining("formatVersion");
  }

  /** One that nobody could read again must not become HEAD's. */
  @Test
  void aManifestThatIsTooLongToBeReadIsNotWritten() {
    var manifest = ManifestCodec.decode("m", GOLDEN.getBytes(UTF_8));
    var length = ManifestCodec.encode(manifest).length;

    assertThat(ManifestCodec.encode(manifest, length)).hasSize(length);
    assertThatThrownBy(() -> ManifestCodec.encode(manifest, length - 1))
        .isInstanceOf(StoreException.DirectoryRefused.class)
        .hasMessageContaining(length + " bytes")
        .hasMessageContaining("HEAD was not changed")
        .hasMessageContaining("tar");
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
        "a file longer than its chunk | \"bytes\":5 | \"bytes\":6 | have 25 bytes, its chunks 24",
        "a file shorter than its chunk | \"bytes\":5 | \"bytes\":4 | have 23 bytes, its chunks 24",
        "a longer chunk | \"bytes\":11 | \"bytes\":12 | have 24 bytes, its chunks 25",
        "bytes in no chunk | \"chunks\":[] |"
            + " \"chunks\":[{\"key\":\"65/65c1447d40d295bfacdff7416a9d161e0a24e2d47f15ad51df318612861a5811-1-1-1\",\"sha256\":\"65c1447d40d295bfacdff7416a9d161e0a24e2d47f15ad51df318612861a5811\",\"bytes\":1}]"
            + " | have 0 bytes, its chunks 1",
        "no chunks | \"chunks\":[] | \"x\":[] | no chunks",
        "chunks that are none | \"chunks\":[] | \"chunks\":{} | chunks is not a list",
        "no files | \"files\":[ | \"x\":[ | no files",
        "a file of less than nothing | \"bytes\":0 | \"bytes\":-1 | has -1 bytes",
        "lengths that wrap | \"bytes\":5, | \"bytes\":9223372036854775807, | overflow",
        "a file's sum that is none | \"sha256\":\"2cf2 | \"sha256\":\"2CF2 | not a SHA-256",
        "a file's sum that is no text |"
            + " \"sha256\":\"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\" |"
            + " \"sha256\":null | sha256 is not a text",
        "a chunk under another sum's key | \"key\":\"98/98 | \"key\":\"98/3c | starts with its sum",
        "a chunk outside the chunks | \"key\":\"98/98 | \"key\":\"../98 | starts with its sum",
        "a chunk of a negative length | \"bytes\":11 | \"bytes\":-11 | empty",
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
  void eachChunkKnowsWhatLiesInIt() {
    var files = List.of(file("a", 3), file("b", 0), file("c", 10), file("d", 0), file("e", 2));
    var chunks = List.of(chunk(3), chunk(4), chunk(7), chunk(1));

    var part = new Part(0, "pod", files, chunks, JsonNodeFactory.instance.objectNode());

    assertThat(part.placements())
        .extracting(place -> paths(place) + " " + place.offset() + " " + place.goesOn())
        .containsExactly("[a] 0 false", "[c] 0 true", "[c, d, e] 4 true", "[e] 1 false");
  }

  private static FileEntry file(String path, long bytes) {
    return new FileEntry(path, bytes, Optional.empty());
  }

  private static ChunkRef chunk(long bytes) {
    var sum = Sha256.hex(new byte[] {(byte) bytes});
    return new ChunkRef(sum.substring(0, 2) + "/" + sum + "-1-1-1", sum, bytes);
  }

  private static List<String> paths(Placement placement) {
    return placement.files().stream().map(FileEntry::path).toList();
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
