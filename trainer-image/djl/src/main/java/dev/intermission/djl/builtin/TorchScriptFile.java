package dev.intermission.djl.builtin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A TorchScript module on disk: a ZIP archive of code as text, pickled attributes, and tensors.
 *
 * @param code each file of it by its name
 * @see <a
 *     href="https://github.com/pytorch/pytorch/blob/v2.7.1/torch/csrc/jit/docs/serialization.md">the
 *     format</a>
 */
record TorchScriptFile(Path path, SortedMap<String, String> code) {

  private static final Pattern CODE = Pattern.compile("[^/]+/(code/.*\\.py)");
  private static final Pattern BUFFERS = Pattern.compile("__buffers__ = \\[(.*)]");
  private static final Pattern NAME = Pattern.compile("\"([^\"]*)\"");

  /**
   * Looks at the code alone.
   *
   * @throws IllegalArgumentException it is no such archive, or its module keeps state that cannot
   *     be saved
   */
  static TorchScriptFile read(Path path) {
    try (var archive = new ZipFile(path.toFile())) {
      var code = new TreeMap<String, String>();
      for (var entry : archive.stream().toList()) {
        var name = CODE.matcher(entry.getName());
        if (name.matches())
          code.put(
              name.group(1),
              new String(archive.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8));
      }
      if (code.isEmpty()) throw new ZipException("it has no code");
      return new TorchScriptFile(path, code).withoutBuffers();
    } catch (ZipException e) {
      throw new IllegalArgumentException(
          "--module %s is no TorchScript (%s). Export it with torch.jit.script(model).save(path); torch.save keeps no code."
              .formatted(path, e.getMessage()),
          e);
    } catch (IOException e) {
      throw new IllegalArgumentException("--module %s cannot be read: %s".formatted(path, e), e);
    }
  }

  /** DJL reaches a module's parameters and nothing else of it. */
  private TorchScriptFile withoutBuffers() {
    var names = new TreeSet<String>();
    for (var text : code.values())
      BUFFERS
          .matcher(text)
          .results()
          .flatMap(list -> NAME.matcher(list.group(1)).results())
          .forEach(name -> names.add(name.group(1)));
    if (names.isEmpty()) return this;
    throw new IllegalArgumentException(
        "--module %s keeps buffers (%s) that cannot be saved, so that no resume could be exact. Use layers without, such as GroupNorm or LayerNorm for BatchNorm."
            .formatted(path, String.join(", ", names)));
  }

  /** 16 hex digits that tell one code from another, whatever the weights are. */
  String codeDigest() {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      code.forEach(
          (name, text) -> {
            sha256.update(name.getBytes(StandardCharsets.UTF_8));
            sha256.update((byte) 0);
            sha256.update(text.getBytes(StandardCharsets.UTF_8));
            sha256.update((byte) 0);
          });
      return HexFormat.of().formatHex(sha256.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
