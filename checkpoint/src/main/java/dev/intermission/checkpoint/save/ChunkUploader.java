package dev.intermission.checkpoint.save;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.layout.Sha256;
import dev.intermission.checkpoint.layout.Sum;
import dev.intermission.checkpoint.manifest.ChunkRef;
import dev.intermission.checkpoint.manifest.FileEntry;
import dev.intermission.checkpoint.manifest.Part;
import dev.intermission.checkpoint.parallel.InFlight;
import dev.intermission.checkpoint.s3.ImmutableObjects;
import dev.intermission.checkpoint.s3.LocalDisk;
import dev.intermission.checkpoint.s3.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the files of one folder durable as chunks. */
final class ChunkUploader {

  private static final int READ_BUFFER_BYTES = 128 * 1024;

  private final ImmutableObjects objects;
  private final Layout layout;
  private final SaveTuning tuning;

  ChunkUploader(ImmutableObjects objects, Layout layout, SaveTuning tuning) {
    this.objects = objects;
    this.layout = layout;
    this.tuning = tuning;
  }

  /**
   * Hashes every file and sends what {@code step} does not know to be durable. Bounded memory:
   * slices are streamed twice, once to learn their sum and once to send them, and never held.
   *
   * <p>This is also the proof that what was sent early is what was committed: every byte of the
   * complete folder is hashed here, and a chunk counts only by its sum. Sizes and times could not
   * tell: a file that is written through a mapping keeps its old time until the kernel writes it
   * back. It costs memory bandwidth, some 0.5 s of one core for 1 GiB, and no network.
   */
  SavedPart upload(SaveRequest request, String podUid, StepInFlight step) {
    var source = SourceDirectory.read(request.directory());
    var files = tuning.cutting().ordered(source.files());
    var slices = tuning.cutting().slices(files);
    var durable = InFlight.map(slices, tuning.inFlight(), slice -> send(slice, step));
    requireUnchanged(source, request);
    var chunks = durable.stream().map(Durable::chunk).toList();
    var part = new Part(request.rank(), podUid, entries(files, durable), chunks, source.declared());
    var bytes = durable.stream().mapToLong(Durable::sentBytes).sum();
    var oldest = durable.stream().flatMap(one -> one.at().stream()).min(Instant::compareTo);
    return new SavedPart(part, bytes, oldest);
  }

  /** Files that may share a chunk have a sum of their own, in the order of their bytes. */
  private List<FileEntry> entries(List<SourceFile> files, List<Durable> durable) {
    var sums = durable.stream().flatMap(one -> one.sums().stream()).iterator();
    var entries = new ArrayList<FileEntry>(files.size());
    for (var file : files) {
      var hasSum = file.bytes() > 0 && tuning.cutting().isShort(file);
      var sum = hasSum ? Optional.of(sums.next()) : Optional.<Sum>empty();
      entries.add(new FileEntry(file.path(), file.bytes(), sum));
    }
    return entries;
  }

  /** Makes one slice durable, and returns how many bytes that took. */
  long sendEarly(Slice slice, StepInFlight step) {
    return send(slice, step).sentBytes();
  }

  /**
   * A durable chunk.
   *
   * @param sums of the short files in it
   * @param at when it was written, absent for one of the parent's
   * @param sentBytes what this call sent for it
   */
  private record Durable(ChunkRef chunk, List<Sum> sums, Optional<Instant> at, long sentBytes) {}

  /** What was read of a slice, ready to be sent; {@code sums} of the short files in it. */
  private record Content(Payload payload, List<Sum> sums) {}

  private Durable send(Slice slice, StepInFlight step) {
    var content = tuning.cutting().isShort(slice.first()) ? shared(slice) : piece(slice);
    var sum = content.payload().sha256();
    var listed = step.known().get(sum);
    if (listed != null && listed.bytes() == slice.length())
      return new Durable(listed, content.sums(), Optional.empty(), 0);
    var key = layout.chunk(sum, step.step(), step.token());
    var chunk = new ChunkRef(key.substring(layout.chunks().length()), sum, slice.length());
    var before = step.sent().get(sum);
    if (before != null) return new Durable(chunk, content.sums(), Optional.of(before), 0);
    var at =
        objects.ensure(
            key,
            content.payload()); // dies here: an orphan of this token, swept after the grace time
    step.sent().put(sum, at);
    return new Durable(chunk, content.sums(), Optional.of(at), slice.length());
  }

  /** Several short files: opened once, and sent from memory. */
  private static Content shared(Slice slice) {
    var bytes = new byte[Math.toIntExact(slice.length())];
    var sums = new ArrayList<Sum>(slice.files().size());
    var digest = Sha256.digest();
    var at = 0;
    for (var file : slice.files()) {
      if (file.bytes() == 0) continue;
      var length = Math.toIntExact(file.bytes());
      readFully(file, ByteBuffer.wrap(bytes, at, length));
      digest.update(bytes, at, length);
      sums.add(Sum.of(digest.digest()));
      at += length;
    }
    return new Content(Payload.Bytes.of(bytes), sums);
  }

  private static void readFully(SourceFile from, ByteBuffer into) {
    read(
        from,
        file -> {
          while (into.hasRemaining()) {
            if (file.read(into) < 0) throw torn(from, "it became shorter");
          }
        });
  }

  /** What is done with a file that is open. */
  @FunctionalInterface
  private interface Reading {
    void of(FileChannel file) throws IOException;
  }

  private static void read(SourceFile source, Reading reading) {
    try (var file = FileChannel.open(source.file(), StandardOpenOption.READ)) {
      reading.of(file);
    } catch (NoSuchFileException e) {
      throw torn(source, "it disappeared");
    } catch (IOException e) {
      throw LocalDisk.failure("reading " + source.file(), e);
    }
  }

  /** A piece of a file. One that fits into the buffer is read once, and sent from there. */
  private static Content piece(Slice slice) {
    var source = slice.first();
    var digest = Sha256.digest();
    var buffer = ByteBuffer.allocate((int) Math.min(READ_BUFFER_BYTES, slice.length()));
    read(
        source,
        file -> {
          for (var done = 0L; done < slice.length(); ) {
            var offset = slice.length() <= buffer.capacity() ? (int) done : 0;
            buffer.limit((int) Math.min(buffer.capacity(), offset + slice.length() - done));
            var n = file.read(buffer.position(offset), slice.offset() + done);
            if (n < 0) throw torn(source, "it became shorter");
            digest.update(buffer.array(), offset, n);
            done += n;
          }
        });
    var sum = Sha256.hex(digest);
    var payload =
        slice.length() <= buffer.capacity()
            ? new Payload.Bytes(buffer.array(), sum)
            : new Payload.FileSlice(source.file(), slice.offset(), slice.length(), sum);
    return new Content(payload, List.of());
  }

  private static void requireUnchanged(SourceDirectory before, SaveRequest request) {
    var after = SourceDirectory.read(request.directory());
    for (var i = 0; i < before.files().size(); i++) {
      var same = i < after.files().size() && after.files().get(i).equals(before.files().get(i));
      if (!same)
        throw torn(before.files().get(i), "its length or its place among the files is another");
    }
    if (after.files().size() > before.files().size()) {
      throw torn(after.files().get(before.files().size()), "it is new");
    }
  }

  private static StoreException.DirectoryTorn torn(SourceFile file, String what) {
    return new StoreException.DirectoryTorn(
        file.file()
            + " changed while it was saved: "
            + what
            + ". Nothing was committed. A trainer must rename a step's folder into place only when"
            + " it is complete.");
  }
}
