package dev.intermission.djl.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The safetensors format for float32: any Python reads our checkpoints. Written straight from the
 * tensors' memory, read straight into it.
 *
 * <p>Layout: length of the header (u64, little-endian), header (JSON, padded with spaces to 8
 * bytes), data without gaps.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
public final class SafeTensors {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<List<Long>> NUMBERS = new TypeReference<>() {};
  private static final int LENGTH_BYTES = Long.BYTES;
  private static final long LONGEST_HEADER = 100_000_000;

  private SafeTensors() {}

  /** Writes a new file, tensors in the order of their names. */
  public static void write(Path file, SortedMap<String, Tensor> tensors) throws IOException {
    var header = header(tensors);
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      writeFully(
          channel,
          ByteBuffer.allocate(LENGTH_BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(header.length)
              .flip());
      writeFully(channel, ByteBuffer.wrap(header));
      for (var tensor : tensors.values()) writeFully(channel, tensor.data().duplicate().clear());
    }
  }

  /**
   * Fills the memory of {@code targets} from the file, all or an error: names, shapes and types are
   * compared before a byte is changed.
   *
   * @throws ArchitectureMismatch the file holds other tensors
   * @throws IOException the file is cut short or is not of this format
   */
  public static void readInto(SortedMap<String, Tensor> targets, Path file) throws IOException {
    try (var channel = FileChannel.open(file)) {
      var length =
          readFully(
                  channel,
                  ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN),
                  0,
                  file)
              .getLong(0);
      if (length < 0 || length > LONGEST_HEADER)
        throw new IOException(file + " is no safetensors file");
      var header =
          readFully(channel, ByteBuffer.allocate(Math.toIntExact(length)), LENGTH_BYTES, file);
      var entries = parse(header, file);
      ArchitectureMismatch.check(file.getFileName().toString(), shapes(entries), shapesOf(targets));
      for (var target : targets.entrySet()) {
        var offsets = entries.get(target.getKey()).offsets();
        var data = target.getValue().data().duplicate().clear();
        if (offsets.get(1) - offsets.get(0) != data.capacity())
          throw new IOException(
              file + ": " + target.getKey() + " has offsets that do not fit its shape");
        readFully(channel, data, LENGTH_BYTES + length + offsets.get(0), file);
      }
    }
  }

  private record Entry(String dtype, List<Long> shape, List<Long> offsets) {}

  private static byte[] header(SortedMap<String, Tensor> tensors) throws JsonProcessingException {
    var entries = new LinkedHashMap<String, Object>();
    var offset = 0L;
    for (var tensor : tensors.entrySet()) {
      var end = offset + tensor.getValue().data().capacity();
      entries.put(
          tensor.getKey(),
          Map.of(
              "dtype",
              Tensor.DTYPE,
              "shape",
              tensor.getValue().shape(),
              "data_offsets",
              List.of(offset, end)));
      offset = end;
    }
    var text = JSON.writeValueAsString(entries);
    var bytes = text.getBytes(StandardCharsets.UTF_8).length;
    return (text + " ".repeat((8 - bytes % 8) % 8)).getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, Entry> parse(ByteBuffer header, Path file) throws IOException {
    var entries = new TreeMap<String, Entry>();
    try {
      for (var entry : JSON.readTree(header.array()).properties()) {
        if (!entry.getKey().equals("__metadata__"))
          entries.put(entry.getKey(), entry(entry.getValue()));
      }
    } catch (JsonProcessingException e) {
      throw new IOException(file + " has no readable header", e);
    }
    return entries;
  }

  private static Entry entry(JsonNode node) throws IOException {
    var offsets = JSON.convertValue(node.path("data_offsets"), NUMBERS);
    var shape = JSON.convertValue(node.path("shape"), NUMBERS);
    if (offsets == null || shape == null || offsets.size() != 2)
      throw new IOException("an entry without shape or offsets");
    return new Entry(node.path("dtype").asText(), shape, offsets);
  }

  private static SortedMap<String, String> shapes(Map<String, Entry> entries) {
    var shapes = new TreeMap<String, String>();
    entries.forEach((name, entry) -> shapes.put(name, entry.dtype() + entry.shape()));
    return shapes;
  }

  private static SortedMap<String, String> shapesOf(Map<String, Tensor> tensors) {
    var shapes = new TreeMap<String, String>();
    tensors.forEach((name, tensor) -> shapes.put(name, Tensor.DTYPE + tensor.shape()));
    return shapes;
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) channel.write(bytes);
  }

  private static ByteBuffer readFully(
      FileChannel channel, ByteBuffer into, long position, Path file) throws IOException {
    while (into.hasRemaining()) {
      if (channel.read(into, position + into.position()) < 0)
        throw new EOFException(file + " is cut short");
    }
    return into;
  }
}
