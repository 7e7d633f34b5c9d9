package dev.intermission.checkpoint.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.intermission.checkpoint.layout.FencingToken;
import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.layout.Sha256;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
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
                    .mapToObj(
                        rank ->
                            new Part(
                                rank,
                                "pod-" + rank,
                                all.get(rank),
                                JsonNodeFactory.instance.objectNode()))
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
    var sum = Sha256.hex(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    var key = sum.substring(0, 2) + "/" + sum + "-1-1-1";
    var chunks =
        IntStream.range(0, name.length() % 3).mapToObj(i -> new ChunkRef(key, sum, i + 1)).toList();
    return new FileEntry(name, chunks.stream().mapToLong(ChunkRef::bytes).sum(), chunks);
  }

  /** A lone surrogate is no text: no file system gives one to the JVM. */
  private static boolean isWellFormed(String name) {
    return java.nio.charset.StandardCharsets.UTF_8.newEncoder().canEncode(name);
  }
}
