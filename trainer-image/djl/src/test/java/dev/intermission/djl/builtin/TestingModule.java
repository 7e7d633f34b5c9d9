package dev.intermission.djl.builtin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript module as PyTorch 2.7.1 exports it: two dense layers with a dropout between them,
 * for float32[batch, 1, 8, 8]. Written here, since a test has no Python with PyTorch.
 *
 * @see <a
 *     href="https://github.com/pytorch/pytorch/blob/v2.7.1/torch/csrc/jit/docs/serialization.md">the
 *     format</a>
 */
public final class TestingModule {

  private static final String CODE =
      """
      class Net(Module):
        __parameters__ = ["first", "first_bias", "last", "last_bias", ]
        __buffers__ = []
        first : Tensor
        first_bias : Tensor
        last : Tensor
        last_bias : Tensor
        training : bool
        def forward(self: __torch__.Net,
          x: Tensor) -> Tensor:
          flat = torch.flatten(x, 1)
          hidden = torch.relu(torch.linear(flat, self.first, self.first_bias))
          kept = torch.dropout(hidden, 0.5, self.training)
          return torch.linear(kept, self.last, self.last_bias)
      """;

  private static final int INPUTS = 64;
  private static final int CLASSES = 10;

  private TestingModule() {}

  /** With so many numbers between the layers; weights that only depend on that. */
  public static Path write(Path file, int hidden) throws IOException {
    return write(file, hidden, CODE, "");
  }

  /** The same with one of its parameters frozen. */
  static Path writeFrozen(Path file, int hidden, String frozen) throws IOException {
    return write(file, hidden, CODE, frozen);
  }

  /** The same with some of its code exchanged. */
  static Path writeWith(Path file, int hidden, String code, String by) throws IOException {
    if (!CODE.contains(code)) throw new IllegalArgumentException("no such code: " + code);
    return write(file, hidden, CODE.replace(code, by), "");
  }

  private static Path write(Path file, int hidden, String code, String frozen) throws IOException {
    var shapes = new LinkedHashMap<String, int[]>();
    shapes.put("first", new int[] {hidden, INPUTS});
    shapes.put("first_bias", new int[] {hidden});
    shapes.put("last", new int[] {CLASSES, hidden});
    shapes.put("last_bias", new int[] {CLASSES});
    try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
      store(zip, "data.pkl", pickle(shapes, frozen));
      store(zip, "code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
      store(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'}); // an empty tuple
      store(zip, "version", "3\n".getBytes(StandardCharsets.UTF_8));
      var random = new SplittableRandom(hidden);
      var key = 0;
      for (var shape : shapes.values()) store(zip, "data/" + key++, numbers(size(shape), random));
    }
    return file;
  }

  /** The module's attributes, in Python's pickle of protocol 2. */
  private static byte[] pickle(Map<String, int[]> shapes, String frozen) {
    var pickle = new Pickle();
    pickle.code(0x80, 2).global("__torch__", "Net").code(')', 0x81, '}', '(');
    var key = 0;
    for (var tensor : shapes.entrySet()) {
      var shape = tensor.getValue();
      pickle.text(tensor.getKey()).global("torch._utils", "_rebuild_tensor_v2").code('(', '(');
      pickle.text("storage").global("torch", "FloatStorage").text(Integer.toString(key++));
      pickle.text("cpu").number(size(shape)).code('t', 'Q').number(0).code('(');
      for (var length : shape) pickle.number(length);
      pickle.code('t', '(');
      for (var i = 0; i < shape.length; i++) pickle.number(i == shape.length - 1 ? 1 : shape[1]);
      pickle.code(
          't', tensor.getKey().equals(frozen) ? 0x89 : 0x88); // requires no gradient, or one
      pickle.global("collections", "OrderedDict").code(')', 'R', 't', 'R');
    }
    return pickle.text("training").code(0x88).code('u', 'b', '.').done();
  }

  private static byte[] numbers(int count, SplittableRandom random) {
    var bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) bytes.putFloat((float) (random.nextDouble() - 0.5) / 4);
    return bytes.array();
  }

  private static int size(int[] shape) {
    var size = 1;
    for (var length : shape) size *= length;
    return size;
  }

  /** Not compressed, as PyTorch does it. */
  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    var entry = new ZipEntry("net/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    var crc = new CRC32();
    crc.update(content);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
  }

  private static final class Pickle {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Pickle code(int... bytes) {
      for (var next : bytes) out.write(next);
      return this;
    }

    Pickle global(String module, String name) {
      out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
      return this;
    }

    Pickle text(String text) {
      var bytes = text.getBytes(StandardCharsets.UTF_8);
      out.write('X');
      out.writeBytes(littleEndian(bytes.length));
      out.writeBytes(bytes);
      return this;
    }

    Pickle number(int number) {
      out.write('J');
      out.writeBytes(littleEndian(number));
      return this;
    }

    private static byte[] littleEndian(int number) {
      return ByteBuffer.allocate(Integer.BYTES)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putInt(number)
          .array();
    }

    byte[] done() {
      return out.toByteArray();
    }
  }
}
