package dev.intermission.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.intermission.checkpoint.layout.Address;
import dev.intermission.checkpoint.layout.FencingToken;
import dev.intermission.checkpoint.layout.Sha256;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.ClaimOutcome;
import dev.intermission.checkpoint.protocol.Claiming;
import dev.intermission.checkpoint.protocol.HeadObject;
import dev.intermission.checkpoint.protocol.Rollback;
import dev.intermission.checkpoint.protocol.Seal;
import dev.intermission.checkpoint.s3.ClientTuning;
import dev.intermission.checkpoint.s3.Credentials;
import dev.intermission.checkpoint.s3.Payload;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.s3.S3ObjectStore;
import dev.intermission.checkpoint.s3.StorageLocation;
import dev.intermission.checkpoint.s3.SwapCondition;
import dev.intermission.checkpoint.save.CheckpointWriter;
import dev.intermission.checkpoint.save.SaveRequest;
import dev.intermission.checkpoint.save.SaveTuning;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as a person types them, against a real store. */
class CheckpointsTest {

  @TempDir private static Path data;
  private static LocalMinio minio;

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final String place =
      "s3://" + LocalMinio.BUCKET + "/cli/" + UUID.randomUUID() + "/team-a/pretrained";
  private Path mine;

  @BeforeAll
  static void start() throws IOException {
    minio = LocalMinio.in(data);
    System.setProperty("aws.accessKeyId", LocalMinio.USER);
    System.setProperty("aws.secretAccessKey", LocalMinio.USER);
  }

  @AfterAll
  static void stop() {
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
    minio.close();
  }

  @BeforeEach
  void fillFolder() throws IOException {
    mine = Files.createDirectories(folder.resolve("mine"));
    Files.writeString(mine.resolve("weights"), "weights");
    Files.writeString(mine.resolve("checkpoint.json"), "{\"contains\":[\"model\"]}");
  }

  @Test
  void folderThatWasImportedIsListedVerifiedAndExported() {
    var address = imported();

    assertThat(checkpoints("list", address)).isZero();
    assertThat(out.toString()).contains("STEP", "7 ", "newest", "model");
    assertThat(checkpoints("verify", address)).isZero();
    assertThat(out.toString()).contains("step 7 is whole: 2 objects");
    assertThat(checkpoints("export", address, folder.resolve("out").toString())).isZero();
    assertThat(folder.resolve("out/weights")).hasContent("weights");
  }

  @Test
  void listForProgramsIsJson() throws IOException {
    checkpoints("list", imported(), "-o", "json");

    var list = new JsonMapper().readTree(out.toString());
    assertThat(list.path(0).path("step").asLong()).isEqualTo(7);
    assertThat(list.path(0).path("standing").asText()).isEqualTo("NEWEST");
    assertThat(list.path(0).path("contains").path(0).asText()).isEqualTo("model");
  }

  @Test
  void listVerifiesEveryCheckpointWhenAskedAndReadsNone() throws IOException {
    var address = job(imported());
    saveAnotherStep(address, 9);
    try (var wire = new Wire(minio.port())) {
      assertThat(checkpointsAt(wire.endpoint(), "list", address, "--verify")).isZero();
      assertThat(wire.requests())
          .filteredOn(request -> request.contains("/chunks/"))
          .isNotEmpty()
          .allMatch(request -> request.startsWith("HEAD "));
    }
    assertThat(out.toString().lines().skip(1)).hasSize(2).allMatch(row -> row.contains("attested"));
    out.getBuffer().setLength(0);

    try (var store = store()) { // one that only step 7 has
      var layout = Address.parse(address).layout();
      store.list(layout.chunks()).toList().stream()
          .filter(chunk -> chunk.key().contains("-7-1-"))
          .forEach(chunk -> store.delete(chunk.key()));
    }
    assertThat(checkpoints("list", address, "--verify", "-o", "json")).isEqualTo(1);

    var list = new JsonMapper().readTree(out.toString());
    assertThat(list.path(0).path("verified").asText()).isEqualTo("attested");
    assertThat(list.path(1).path("verified").asText()).isEqualTo("damaged");
    assertThat(list.path(1).path("defect").asText()).contains("is gone", "weights");
    assertThat(checkpoints("list", address)).as("nobody asked").isZero();
    try (var store = store()) {
      var layout = Address.parse(address).layout();
      var known = layout.quarantine(list.path(1).path("manifest").asText());
      store.createOnce(known, Payload.Bytes.of(new byte[] {1}));
    }
    assertThat(checkpoints("list", address, "--verify")).as("known, and gone past").isZero();
  }

  @Test
  void manifestThatIsDamagedIsListedAsThatAndOneThatIsTooNewIsNot() throws IOException {
    var address = job(imported());
    var layout = Address.parse(address).layout();
    var text = "{\"formatVersion\":2}".getBytes(StandardCharsets.UTF_8);
    var newer = ManifestRef.of(9, new FencingToken(1, 2), Sha256.hex(text)).name();
    var broken = newer.replace("0009-", "0008-");
    try (var store = store()) {
      store.createOnce(layout.manifest(newer), Payload.Bytes.of(text));
      store.createOnce(layout.manifest(broken), Payload.Bytes.of(new byte[] {1}));
    }

    assertThat(checkpoints("list", address, "--verify")).isEqualTo(1);

    var rows = out.toString().lines().skip(1).toList();
    assertThat(rows).hasSize(3);
    assertThat(rows.get(0)).startsWith("9 ").contains(" too-new ");
    assertThat(rows.get(1)).startsWith("8 ").contains(" damaged ");
    assertThat(rows.get(2)).startsWith("7 ").contains(" attested ");
  }

  @Test
  void damagedCheckpointIsNotWholeAndIsNotExported() throws IOException {
    var address = imported();
    Files.delete(chunk(address));

    assertThat(checkpoints("verify", address)).isEqualTo(1);
    assertThat(err.toString()).contains("Damaged", "Nothing may resume from it");
    assertThat(checkpoints("export", address, folder.resolve("out").toString())).isEqualTo(1);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void damagedFileIsNamedAndNotTheOneBesideIt() throws IOException {
    var address = imported();
    flip(address, mine.resolve("weights"));

    assertThat(checkpoints("verify", address)).isEqualTo(1);
    assertThat(err.toString())
        .contains("In it lie files \"checkpoint.json\", \"weights\"; damaged: \"weights\".");
  }

  /** A store may state the sum that it was told, whatever became of the bytes. */
  @Test
  void verifyReadsEveryChunkAndBelievesNoSumThatTheStoreStates() throws IOException {
    var address = imported();
    try (var wire = new Wire(minio.port())) {
      assertThat(checkpointsAt(wire.endpoint(), "verify", address)).isZero();

      assertThat(wire.requests())
          .filteredOn(request -> request.contains("/chunks/"))
          .hasSize(1)
          .allMatch(request -> request.startsWith("GET "));
    }
  }

  @Test
  void newestOneIsWhatHeadNamesAndNotTheHighestStep() throws IOException {
    var address = imported();
    trainOnAndRollBack(address);

    assertThat(checkpoints("verify", job(address))).isZero();
    assertThat(out.toString()).contains("step 7 is whole");
    assertThat(checkpoints("export", job(address), folder.resolve("out").toString())).isZero();
    assertThat(folder.resolve("out/weights")).hasContent("weights");
  }

  @Test
  void stepThatIsNotThereSaysWhereToLook() {
    var job = job(imported());
    assertThat(checkpoints("verify", job, "--step", "8")).isEqualTo(3);
    assertThat(err.toString()).contains("no checkpoint of step 8", "checkpoints list");
    var target = folder.resolve("out").toString();
    assertThat(checkpoints("export", job, target, "--step", "8")).isEqualTo(3);
    assertThat(checkpoints("export", job, target, "--step", "7")).isZero();
    assertThat(checkpoints("verify", job)).isZero(); // the newest one
  }

  @Test
  void manifestThatHeadNamesAndThatIsGoneIsDamageAndNotAnEmptyJob() throws IOException {
    var address = imported();
    try (var store = store()) {
      var layout = Address.parse(address).layout();
      store.list(layout.manifests()).toList().forEach(found -> store.delete(found.key()));
    }
    var target = folder.resolve("out").toString();

    assertThat(checkpoints("verify", job(address))).isEqualTo(1);
    assertThat(checkpoints("verify", job(address), "--step", "7")).isEqualTo(1);
    assertThat(checkpoints("export", job(address), target)).isEqualTo(1);
    assertThat(err.toString().lines())
        .hasSize(3)
        .allMatch(
            line -> line.startsWith("Damaged: HEAD names ") && line.contains("which is gone"));
    assertThat(checkpoints("verify", address)).as("by its own address").isEqualTo(3);
    assertThat(err.toString()).contains("has no checkpoint " + address.split("/manifests/")[1]);
  }

  @Test
  void addressThatIsNoneIsAUsageError() {
    assertThat(checkpoints("list", "digits")).isEqualTo(2);
    assertThat(err.toString()).contains("status.checkpoint.uri");
  }

  @Test
  void placeThatCannotStandInAKeyIsAUsageError() {
    var outside = "s3://" + LocalMinio.BUCKET + "/cli/team-a/..";
    assertThat(checkpoints("import", mine.toString(), outside, "--step", "7")).isEqualTo(2);
    assertThat(err.toString()).contains("cannot be part of an S3 key").doesNotContain("\tat ");
  }

  @Test
  void namesWithSpacesAndLettersOfAnyLanguageWork() {
    var odd = "s3://" + LocalMinio.BUCKET + "/cli/" + UUID.randomUUID() + "/team a/ü+%41 日本";
    assertThat(checkpoints("import", mine.toString(), odd, "--step", "7")).isZero();
    var address = out.toString().strip();

    assertThat(checkpoints("verify", address)).isZero();
    assertThat(checkpoints("list", job(address))).isZero();
  }

  @Test
  void bundleWithoutACertificateIsAUsageError() {
    var file = mine.resolve("weights").toString();
    assertThat(checkpoints("list", "s3://b/team-a/digits/uid", "--ca-bundle", file)).isEqualTo(2);
    assertThat(err.toString()).contains(file, "PEM").doesNotContain("\tat ");
  }

  @Test
  void bucketThatIsNotThereIsAStoreError() {
    assertThat(checkpoints("list", "s3://nowhere/team-a/digits/uid")).isEqualTo(4);
    assertThat(err.toString()).contains("BucketMissing").doesNotContain("\tat ");
  }

  @Test
  void folderThatIsNotEmptyIsNotTouched() {
    assertThat(checkpoints("export", imported(), mine.toString())).isEqualTo(5);
    assertThat(mine.resolve("weights")).hasContent("weights");
  }

  /** Step 9 is saved behind step 7, and then given up: HEAD names step 7 again. */
  private void trainOnAndRollBack(String address) throws IOException {
    try (var store = store()) {
      var layout = Address.parse(address).layout();
      var seven = new HeadObject(store, layout).read().orElseThrow().head().manifest();
      saveAnotherStep(address, 9);
      var back = Optional.of(new Rollback("given up", seven.orElseThrow()));
      new Seal(store, layout, RetryBudget.QUICK)
          .seal(new HeadObject(store, layout).read(), 2, back);
    }
  }

  private void saveAnotherStep(String address, long step) throws IOException {
    Files.writeString(mine.resolve("weights"), "given up");
    try (var store = store()) {
      var layout = Address.parse(address).layout();
      var claiming = new Claiming(store, layout, RetryBudget.QUICK);
      var claim = ((ClaimOutcome.Claimed) claiming.claim(1, "another", Optional.empty())).claim();
      new CheckpointWriter(store, layout, SaveTuning.STANDARD, Clock.systemUTC())
          .save(claim, new SaveRequest(step, 0, 1, mine, Optional.empty(), false));
    }
  }

  /** Turns one byte of a file where it lies in its chunk, as whoever has the keys can. */
  private void flip(String address, Path file) throws IOException {
    try (var store = store()) {
      var layout = Address.parse(address).layout();
      var key = store.list(layout.chunks()).findFirst().orElseThrow().key();
      var there = store.read(key).orElseThrow();
      var text = new String(there.bytes(), StandardCharsets.ISO_8859_1);
      var flipped = text.replace(Files.readString(file), "w".repeat((int) Files.size(file)));
      store.swap(
          key,
          new SwapCondition.IfMatch(there.etag()),
          flipped.getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  private static S3ObjectStore store() {
    var location =
        new StorageLocation(
            Optional.of(URI.create(minio.endpoint())), "us-east-1", LocalMinio.BUCKET, "", true);
    var keys = new Credentials.Static(LocalMinio.USER, LocalMinio.USER);
    return S3ObjectStore.open(location, keys, ClientTuning.QUICK);
  }

  private static Path chunk(String address) throws IOException {
    try (var chunks = Files.walk(data)) {
      return chunks
          .filter(path -> path.toString().contains(address.split("/")[4]))
          .filter(path -> path.toString().contains("/chunks/"))
          .filter(path -> path.endsWith("xl.meta"))
          .findFirst()
          .orElseThrow();
    }
  }

  private String imported() {
    assertThat(checkpoints("import", mine.toString(), place, "--step", "7")).isZero();
    var address = out.toString().strip();
    out.getBuffer().setLength(0);
    return address;
  }

  private static String job(String address) {
    return address.substring(0, address.indexOf("/manifests/"));
  }

  private int checkpoints(String... args) {
    return checkpointsAt(minio.endpoint(), args);
  }

  private int checkpointsAt(String endpoint, String... args) {
    var all = new ArrayList<>(List.of("checkpoints"));
    all.addAll(List.of(args));
    all.addAll(List.of("--endpoint", endpoint, "--path-style"));
    return Intermission.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }
}
