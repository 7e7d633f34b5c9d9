package dev.intermission.checkpoint.save;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class CuttingTest {

  private static final Path ROOT = Path.of("root");
  private static final Cutting SMALL = new Cutting(1000, 100);

  @Property(tries = 1000)
  void everyByteLiesInOneSliceInOrder(@ForAll("folders") Map<String, Integer> folder) {
    var ordered = SMALL.ordered(files(folder));
    var at = 0L; // in all files, one after the other
    for (var slice : SMALL.slices(ordered)) {
      assertThat(begin(ordered, slice.first()) + slice.offset()).isEqualTo(at);
      assertThat(slice.length()).isPositive();
      at += slice.length();
    }
    assertThat(at).isEqualTo(ordered.stream().mapToLong(SourceFile::bytes).sum());
  }

  @Property(tries = 1000)
  void chunksOfLongFilesAreTheirOwnAndSharedOnesAreShort(
      @ForAll("folders") Map<String, Integer> folder) {
    for (var slice : SMALL.slices(SMALL.ordered(files(folder)))) {
      if (slice.first().bytes() < 25) {
        assertThat(slice.length()).isLessThanOrEqualTo(100);
        assertThat(slice.files()).allMatch(file -> file.bytes() < 25);
        assertThat(slice.files().stream().mapToLong(SourceFile::bytes).sum())
            .isEqualTo(slice.length());
      } else {
        assertThat(slice.length()).isLessThanOrEqualTo(1000);
        assertThat(slice.files()).hasSize(1);
      }
    }
  }

  @Test
  void longFilesComeBeforeShortOnesAndBothByPath() {
    var ordered = SMALL.ordered(files(Map.of("d", 24, "c", 25, "b", 0, "a", 3000)));

    assertThat(ordered).extracting(SourceFile::path).containsExactly("a", "c", "b", "d");
  }

  @Test
  void thousandsOfSmallFilesAreFewChunks() {
    var slices = cut(many());

    assertThat(slices).hasSizeBetween(33, 100);
  }

  @Test
  void aFileThatComesOrGoesOrGrowsLeavesNearlyAllChunksAsTheyWere() {
    var before = new HashSet<>(cut(many()));
    for (var i = 100; i < 2000; i += 100) {
      var file = new SourceFile("f%04d".formatted(i), ROOT, 16 << 10);
      var without = many();
      without.remove(file);
      var with = many();
      with.add(new SourceFile("f%04d-more".formatted(i), ROOT, 16 << 10));
      var grown = many();
      grown.set(grown.indexOf(file), new SourceFile(file.path(), ROOT, 20 << 10));
      for (var changed : List.of(without, with, grown)) {
        var after = new HashSet<>(cut(changed));
        after.removeAll(before);
        assertThat(after).as("new chunks around %s", file.path()).hasSizeLessThan(8);
      }
    }
  }

  @Test
  void noneShareAChunkWhereEveryFileHasItsOwn() {
    var files = files(Map.of("a", 1, "b", 0, "c", 1001));

    assertThat(Cutting.apart(1000).slices(Cutting.apart(1000).ordered(files)))
        .extracting(slice -> slice.files().size() + " " + slice.offset() + " " + slice.length())
        .containsExactly("1 0 1", "1 0 1000", "1 1000 1");
  }

  @Test
  void chunksLongerThanTheFormatAllowsAreRefused() {
    for (var wrong : List.of(0L, -1L, (64L << 20) + 1)) {
      assertThatThrownBy(() -> new Cutting(wrong, 0)).hasMessageContaining("chunkBytes");
    }
    for (var wrong : List.of(-1, (64 << 20) + 1)) {
      assertThatThrownBy(() -> new Cutting(1, wrong)).hasMessageContaining("packBytes");
    }
  }

  @Provide
  Arbitrary<Map<String, Integer>> folders() {
    var names = Arbitraries.strings().withCharRange('a', 'z').ofMinLength(1).ofMaxLength(5);
    var lengths = Arbitraries.integers().between(0, 60);
    return Arbitraries.maps(names, Arbitraries.oneOf(lengths, Arbitraries.of(0, 25, 1000, 2500)))
        .ofMaxSize(60);
  }

  private static List<SourceFile> files(Map<String, Integer> folder) {
    return folder.entrySet().stream()
        .map(file -> new SourceFile(file.getKey(), ROOT, file.getValue()))
        .toList();
  }

  private static List<SourceFile> many() {
    var files = new ArrayList<SourceFile>();
    IntStream.range(0, 2000)
        .forEach(i -> files.add(new SourceFile("f%04d".formatted(i), ROOT, 16 << 10)));
    return files;
  }

  private static List<List<SourceFile>> cut(List<SourceFile> files) {
    return Cutting.STANDARD.slices(Cutting.STANDARD.ordered(files)).stream()
        .map(slice -> List.copyOf(slice.files()))
        .toList();
  }

  private static long begin(List<SourceFile> ordered, SourceFile file) {
    return ordered.subList(0, ordered.indexOf(file)).stream().mapToLong(SourceFile::bytes).sum();
  }
}
