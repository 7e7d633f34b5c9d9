package dev.intermission.checkpoint.save;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.FencingToken;
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
import java.util.List;
import java.util.Map;
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
   * Hashes every file and sends what is not listed in {@code known}. Bounded memory: slices are
   * streamed twice, once to learn their sum and once to send them, and never held.
   *
   * @param known chunks, by sum, of the manifest that HEAD names; nothing else may be re-used,
   *     since only those cannot be swept meanwhile
   */
  SavedPart upload(
      SaveRequest request, FencingToken token, String podUid, Map<String, ChunkRef> known) {
    var source = SourceDirectory.read(request.directory());
    var slices = source.files().stream().flatMap(file -> slices(file).stream()).toList();
    var sent = InFlight.map(slices, tuning.inFlight(), slice -> send(slice, request, token, known));
    var files = new ArrayList<FileEntry>();
    var next = 0;
    for (var file : source.files()) {
      var count = slices(file).size();
      var chunks = sent.subList(next, next + count).stream().map(Sent::chunk).toList();
      files.add(new FileEntry(file.path(), file.bytes(), chunks));
      next += count;
    }
    requireUnchanged(source, request);
    var bytes = sent.stream().filter(Sent::isNew).mapToLong(one -> one.chunk().bytes()).sum();
    var oldest = sent.stream().flatMap(one -> one.at().stream()).min(Instant::compareTo);
    return new SavedPart(new Part(request.rank(), podUid, files, source.declared()), bytes, oldest);
  }

  private record Slice(SourceFile file, long offset, long length) {}

  /** A durable chunk; {@code at} is when it was written, absent for one of the parent's. */
  private record Sent(ChunkRef chunk, Optional<Instant> at) {
    boolean isNew() {
      return at.isPresent();
    }
  }

  private List<Slice> slices(SourceFile file) {
    var slices = new ArrayList<Slice>();
    for (var offset = 0L; offset < file.bytes(); offset += tuning.chunkBytes()) {
      slices.add(new Slice(file, offset, Math.min(tuning.chunkBytes(), file.bytes() - offset)));
    }
    return slices;
  }

  private Sent send(
      Slice slice, SaveRequest request, FencingToken token, Map<String, ChunkRef> known) {
    var sum = sum(slice);
    var listed = known.get(sum);
    if (listed != null && listed.bytes() == slice.length())
      return new Sent(listed, Optional.empty());
    var key = layout.chunk(sum, request.step(), token);
    var payload = new Payload.FileSlice(slice.file().file(), slice.offset(), slice.length(), sum);
    var at =
        objects.ensure(
            key, payload); // dies here: an orphan of this token, swept after the grace time
    var chunk = new ChunkRef(key.substring(layout.chunks().length()), sum, slice.length());
    return new Sent(chunk, Optional.of(at));
  }

  private static String sum(Slice slice) {
    var digest = Sha256.digest();
    var buffer = ByteBuffer.allocate(READ_BUFFER_BYTES);
    try (var file = FileChannel.open(slice.file().file(), StandardOpenOption.READ)) {
      for (var done = 0L; done < slice.length(); ) {
        buffer.clear().limit((int) Math.min(buffer.capacity(), slice.length() - done));
        var n = file.read(buffer, slice.offset() + done);
        if (n < 0) throw torn(slice.file(), "it became shorter");
        digest.update(buffer.flip());
        done += n;
      }
      return Sha256.hex(digest);
    } catch (java.nio.file.NoSuchFileException e) {
      throw torn(slice.file(), "it disappeared");
    } catch (IOException e) {
      throw LocalDisk.failure("reading " + slice.file().file(), e);
    }
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
