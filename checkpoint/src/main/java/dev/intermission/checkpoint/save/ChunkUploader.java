package dev.intermission.checkpoint.save;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.layout.Sha256;
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
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
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
    var slices =
        source.files().stream()
            .flatMap(file -> Slice.of(file, tuning.chunkBytes()).stream())
            .toList();
    var durable = InFlight.map(slices, tuning.inFlight(), slice -> send(slice, step));
    var files = new ArrayList<FileEntry>();
    var next = 0;
    for (var file : source.files()) {
      var count = Slice.of(file, tuning.chunkBytes()).size();
      var chunks = durable.subList(next, next + count).stream().map(Durable::chunk).toList();
      files.add(new FileEntry(file.path(), file.bytes(), chunks));
      next += count;
    }
    requireUnchanged(source, request);
    var bytes = durable.stream().mapToLong(Durable::sentBytes).sum();
    var oldest = durable.stream().flatMap(one -> one.at().stream()).min(Instant::compareTo);
    return new SavedPart(new Part(request.rank(), podUid, files, source.declared()), bytes, oldest);
  }

  /** Makes one slice durable, and returns how many bytes that took. */
  long sendEarly(Slice slice, StepInFlight step) {
    return send(slice, step).sentBytes();
  }

  /**
   * A durable chunk.
   *
   * @param at when it was written, absent for one of the parent's
   * @param sentBytes what this call sent for it
   */
  private record Durable(ChunkRef chunk, Optional<Instant> at, long sentBytes) {}

  private Durable send(Slice slice, StepInFlight step) {
    var payload = payload(slice);
    var sum = payload.sha256();
    var listed = step.known().get(sum);
    if (listed != null && listed.bytes() == slice.length())
      return new Durable(listed, Optional.empty(), 0);
    var key = layout.chunk(sum, step.step(), step.token());
    var chunk = new ChunkRef(key.substring(layout.chunks().length()), sum, slice.length());
    var before = step.sent().get(sum);
    if (before != null) return new Durable(chunk, Optional.of(before), 0);
    var at =
        objects.ensure(
            key, payload); // dies here: an orphan of this token, swept after the grace time
    step.sent().put(sum, at);
    return new Durable(chunk, Optional.of(at), slice.length());
  }

  /** The slice with its sum. One that fits into the buffer is read once, and sent from there. */
  private static Payload payload(Slice slice) {
    var digest = Sha256.digest();
    var buffer = ByteBuffer.allocate((int) Math.min(READ_BUFFER_BYTES, slice.length()));
    try (var file = FileChannel.open(slice.file().file(), StandardOpenOption.READ)) {
      for (var done = 0L; done < slice.length(); ) {
        var offset = slice.length() <= buffer.capacity() ? (int) done : 0;
        buffer.limit((int) Math.min(buffer.capacity(), offset + slice.length() - done));
        var n = file.read(buffer.position(offset), slice.offset() + done);
        if (n < 0) throw torn(slice.file(), "it became shorter");
        digest.update(buffer.array(), offset, n);
        done += n;
      }
    } catch (java.nio.file.NoSuchFileException e) {
      throw torn(slice.file(), "it disappeared");
    } catch (IOException e) {
      throw LocalDisk.failure("reading " + slice.file().file(), e);
    }
    var sum = Sha256.hex(digest);
    if (slice.length() <= buffer.capacity()) return new Payload.Bytes(buffer.array(), sum);
    return new Payload.FileSlice(slice.file().file(), slice.offset(), slice.length(), sum);
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
