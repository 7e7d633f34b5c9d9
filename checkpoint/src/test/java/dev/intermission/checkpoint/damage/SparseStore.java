package dev.intermission.checkpoint.damage;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Sha256;
import dev.intermission.checkpoint.s3.ByteRange;
import dev.intermission.checkpoint.s3.CreateOutcome;
import dev.intermission.checkpoint.s3.ListedObject;
import dev.intermission.checkpoint.s3.ObjectFacts;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.Payload;
import dev.intermission.checkpoint.s3.StoredObject;
import dev.intermission.checkpoint.s3.SwapCondition;
import dev.intermission.checkpoint.s3.SwapOutcome;
import dev.intermission.checkpoint.testing.TestingStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A store that is larger than memory: parts of files must be zeros, of which it keeps the length
 * alone; what else is created once lies on the disk, and HEAD in memory. Checks sums on arrival
 * like a real one.
 */
final class SparseStore implements ObjectStore {

  private static final int BUFFER_BYTES = 256 * 1024;

  private static final ByteBuffer ZEROS = ByteBuffer.allocate(BUFFER_BYTES).asReadOnlyBuffer();

  private final TestingStore small = new TestingStore(); // HEAD
  private final Instant now = small.clock().instant();
  private final Map<String, Payload.FileSlice> zeros = new ConcurrentHashMap<>();
  private final Path disk;

  SparseStore(Path disk) {
    this.disk = disk;
  }

  @Override
  public CreateOutcome createOnce(String key, Payload payload) {
    return switch (payload) {
      case Payload.Bytes bytes -> created(key, bytes);
      case Payload.FileSlice slice -> {
        if (!received(slice).equals(slice.sha256())) throw badDigest(key);
        yield zeros.putIfAbsent(key, slice) == null
            ? new CreateOutcome.Created(now)
            : new CreateOutcome.AlreadyThere();
      }
    };
  }

  private CreateOutcome created(String key, Payload.Bytes payload) {
    if (!Sha256.hex(payload.bytes()).equals(payload.sha256())) throw badDigest(key);
    try {
      if (Files.exists(file(key))) return new CreateOutcome.AlreadyThere();
      Files.createDirectories(file(key).getParent());
      Files.write(file(key), payload.bytes());
      return new CreateOutcome.Created(now);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path file(String key) {
    return disk.resolve(key);
  }

  private Optional<byte[]> onDisk(String key) {
    try {
      return Files.exists(file(key))
          ? Optional.of(Files.readAllBytes(file(key)))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static StoreException badDigest(String key) {
    return new StoreException.DirectoryTorn(key + ": BadDigest");
  }

  private static String received(Payload.FileSlice slice) {
    var digest = Sha256.digest();
    var buffer = ByteBuffer.allocate(BUFFER_BYTES);
    try (var file = FileChannel.open(slice.file())) {
      for (var done = 0L; done < slice.length(); ) {
        buffer.clear().limit((int) Math.min(BUFFER_BYTES, slice.length() - done));
        done += file.read(buffer, slice.offset() + done);
        buffer.flip();
        if (!buffer.equals(ZEROS.slice(0, buffer.limit()))) {
          throw new AssertionError("only zeros can be kept");
        }
        digest.update(buffer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Sha256.hex(digest);
  }

  @Override
  public Optional<Long> readAll(String key, WritableByteChannel to) {
    try {
      var bytes = onDisk(key);
      if (bytes.isPresent()) return Optional.of((long) to.write(ByteBuffer.wrap(bytes.get())));
      var slice = zeros.get(key);
      if (slice == null) return small.readAll(key, to);
      var buffer = ByteBuffer.allocate(BUFFER_BYTES);
      for (var left = slice.length(); left > 0; ) {
        buffer.clear().limit((int) Math.min(BUFFER_BYTES, left));
        left -= to.write(buffer);
      }
      return Optional.of(slice.length());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Optional<ObjectFacts> inspect(String key) {
    var bytes = onDisk(key);
    if (bytes.isPresent()) return facts(bytes.get().length, Sha256.hex(bytes.get()));
    var slice = zeros.get(key);
    return slice == null ? small.inspect(key) : facts(slice.length(), slice.sha256());
  }

  private Optional<ObjectFacts> facts(long length, String sha256) {
    return Optional.of(new ObjectFacts(length, Optional.of(sha256), "\"0\"", now));
  }

  @Override
  public Optional<StoredObject> read(String key) {
    var bytes = onDisk(key);
    return bytes.isPresent()
        ? bytes.map(there -> new StoredObject(there, "\"0\""))
        : small.read(key);
  }

  @Override
  public SwapOutcome swap(String key, SwapCondition condition, byte[] bytes) {
    return small.swap(key, condition, bytes);
  }

  @Override
  public Optional<Long> readRange(String key, ByteRange range, WritableByteChannel to) {
    return small.readRange(key, range, to);
  }

  @Override
  public Stream<ListedObject> list(String prefix) {
    return small.list(prefix);
  }

  @Override
  public void delete(String key) {
    small.delete(key);
  }
}
