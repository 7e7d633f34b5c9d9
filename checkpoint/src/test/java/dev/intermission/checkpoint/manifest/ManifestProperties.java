package dev.intermission.checkpoint.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.intermission.checkpoint.layout.FencingToken;
import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.layout.Sha256;
import dev.intermission.checkpoint.layout.Sum;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ManifestProperties {

  @Property(tries = 200)
  void whatIsEncodedDecodesToTheSame(@ForAll("manifests") Manifest manifest) {
    var bytes = ManifestCodec.encode(manifest);
    assertThat(ManifestCodec.decode("m", bytes)).isEqualTo(manifest);
    assertThat(ManifestCodec.encode(ManifestCodec.decode("m", bytes))).isEqualTo(bytes);
  }

  /** As the format's page tells it: what lies in the chunks is the files, in order, and no more. */
  @Property(tries = 200)
  void placementsCoverEveryByteOnce(@ForAll("manifests") Manifest manifest) {
    for (var part : manifest.parts()) {
      var begins = new LinkedHashMap<String, Long>(); // where the bytes of each file go on
      for (var placement : part.placements()) {
        var left = placement.chunk().bytes();
        var offset = placement.offset();
        for (var file : placement.files()) {
          assertThat(begins.getOrDefault(file.path(), 0L)).isEqualTo(offset);
          var here = Math.min(left, file.bytes() - offset);
          begins.merge(file.path(), here, Long::sum);
          left -= here;
          offset = 0;
        }
        assertThat(left).isZero();
      }
      for (var file : part.files()) {
        assertThat(begins.getOrDefault(file.path(), 0L)).isEqualTo(file.bytes());
      }
    }
  }

  @Property(tries = 200)
  void namesSortByStep(
      @ForAll("steps") long a, @ForAll("steps") long b, @ForAll("tokens") FencingToken token) {
    var sum = Sha256.hex(new byte[0]);
    var first = Layout.manifestName(a, token, sum);
    var second = Layout.manifestName(b, token, sum);
    assertThat(Integer.signum(first.compareTo(second))).isEqualTo(Long.compare(a, b));
    assertThat(ManifestRef.of(first, sum).step()).isEqualTo(a);
  }

  @Provide
  Arbitrary<Long> steps() {
    return Arbitraries.longs().between(0, Long.MAX_VALUE);
  }

  @Provide
  Arbitrary<FencingToken> tokens() {
    var numbers = Arbitraries.longs().between(1, 999_999_999_999_999_999L);
    return Combinators.combine(numbers, numbers).as(FencingToken::new);
  }

  @Provide
  Arbitrary<Manifest> manifests() {
    var requests = Arbitraries.longs().greaterOrEqual(1).optional();
    return Combinators.combine(tokens(), steps(), requests, Arbitraries.of(true, false), parts())
        .as(
            (token, step, request, finished, parts) ->
                new Manifest(
                    1,
                    new JobKey("ns", "job", "uid"),
                    step,
                    token,
                    request,
                    finished,
                    parts.size(),
                    request.map(id -> ManifestRef.of(id, token, Sha256.hex(new byte[] {1}))),
                    Instant.ofEpochMilli(step % 4_000_000_000_000L),
                    parts));
  }

  private Arbitrary<List<Part>> parts() {
    return files()
        .list()
        .ofMinSize(1)
        .ofMaxSize(4)
        .map(
            all ->
                IntStream.range(0, all.size())
                    .mapToObj(rank -> part(rank, all.get(rank)))
                    .toList());
  }

  private Arbitrary<List<FileEntry>> files() {
    var names =
        Arbitraries.strings()
            .all()
            .excludeChars('/', '\0')
            .ofMinLength(1)
            .filter(name -> !name.equals(".") && !name.equals("..") && isWellFormed(name));
    return names
        .list()
        .uniqueElements()
        .ofMaxSize(5)
        .map(all -> all.stream().map(this::file).toList());
  }

  private FileEntry file(String name) {
    var sum = Sum.of(Sha256.hex(name.getBytes(UTF_8)));
    return new FileEntry(
        name, name.length() % 4, Optional.of(sum).filter(_ -> name.length() % 3 > 0));
  }

  /** All bytes of the files in chunks of two bytes, and one of what is left. */
  private static Part part(int rank, List<FileEntry> files) {
    var bytes = files.stream().mapToLong(FileEntry::bytes).sum();
    var chunks = LongStream.range(0, (bytes + 1) / 2).mapToObj(i -> chunk(i, bytes - 2 * i));
    return new Part(
        rank, "pod-" + rank, files, chunks.toList(), JsonNodeFactory.instance.objectNode());
  }

  private static ChunkRef chunk(long which, long left) {
    var sum = Sha256.hex(Long.toString(which).getBytes(UTF_8));
    return new ChunkRef(sum.substring(0, 2) + "/" + sum + "-1-1-1", sum, Math.min(2, left));
  }

  /** A lone surrogate is no text: no file system gives one to the JVM. */
  private static boolean isWellFormed(String name) {
    return UTF_8.newEncoder().canEncode(name);
  }
}
