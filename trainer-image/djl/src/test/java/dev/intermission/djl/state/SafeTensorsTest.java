package dev.intermission.djl.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeTensorsTest {

  @TempDir private Path directory;

  @Test
  void bytesComeBackAsTheyWereWritten() throws IOException {
    var file = written(tensor(2, 3, 1.5f), tensor(1, 1, -0.0f));
    var read = tensors(tensor(2, 3, 0), tensor(1, 1, 0));

    SafeTensors.readInto(read, file);

    assertThat(read.get("a").data()).isEqualTo(tensor(2, 3, 1.5f).data());
    assertThat(read.get("b").data()).isEqualTo(tensor(1, 1, -0.0f).data());
  }

  @Test
  void theLayoutIsTheOneThatOtherReadersExpect() throws IOException {
    var bytes =
        ByteBuffer.wrap(Files.readAllBytes(written(tensor(2, 3, 1), tensor(1, 1, 2))))
            .order(ByteOrder.LITTLE_ENDIAN);

    var length = (int) bytes.getLong(0);
    var header = new String(bytes.array(), 8, length, StandardCharsets.UTF_8);
    assertThat(length % 8).isZero();
    assertThat(header).contains("\"dtype\":\"F32\"", "[2,3]", "[0,24]", "[24,28]");
    assertThat(bytes.getFloat(8 + length + 24)).isEqualTo(2);
    assertThat(bytes.capacity()).isEqualTo(8 + length + 28);
  }

  @Test
  void aFileThatIsCutShortIsRefused() throws IOException {
    var file = written(tensor(2, 3, 1), tensor(1, 1, 2));
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), (int) Files.size(file) - 1));

    assertThatThrownBy(() -> SafeTensors.readInto(tensors(tensor(2, 3, 0), tensor(1, 1, 0)), file))
        .isInstanceOf(EOFException.class)
        .hasMessageContaining("cut short");
  }

  @Test
  void aFileOfAnotherFormatIsRefused() throws IOException {
    var file =
        Files.writeString(directory.resolve("zip"), "PK and something else that is no header");

    assertThatThrownBy(() -> SafeTensors.readInto(tensors(tensor(1, 1, 0), tensor(1, 1, 0)), file))
        .hasMessageContaining("no safetensors file");
  }

  @Test
  void offsetsThatDoNotFitTheShapeAreRefused() throws IOException {
    var header =
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[8,12]}}";
    var bytes = ByteBuffer.allocate(8 + header.length() + 12).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length()).put(header.getBytes(StandardCharsets.US_ASCII));
    var file = Files.write(directory.resolve("odd"), bytes.array());

    assertThatThrownBy(() -> SafeTensors.readInto(tensors(tensor(1, 1, 0), tensor(1, 1, 0)), file))
        .hasMessageContaining("offsets");
  }

  private Path written(Tensor a, Tensor b) throws IOException {
    var file = directory.resolve("written.safetensors");
    SafeTensors.write(file, tensors(a, b));
    return file;
  }

  private static TreeMap<String, Tensor> tensors(Tensor a, Tensor b) {
    var tensors = new TreeMap<String, Tensor>();
    tensors.put("a", a);
    tensors.put("b", b);
    return tensors;
  }

  private static Tensor tensor(long rows, long columns, float value) {
    var data = ByteBuffer.allocateDirect((int) (rows * columns) * 4).order(ByteOrder.LITTLE_ENDIAN);
    while (data.hasRemaining()) data.putFloat(value);
    return new Tensor(List.of(rows, columns), data.clear());
  }
}
