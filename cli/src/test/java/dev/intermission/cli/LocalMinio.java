package dev.intermission.cli;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A real MinIO over a folder that the test gave, with one bucket. */
final class LocalMinio implements AutoCloseable {

  static final String BUCKET = "checkpoints";
  static final String USER = "minio-user";

  private final Process process;
  private final int port;

  private LocalMinio(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static LocalMinio in(Path folder) throws IOException {
    Files.createDirectories(folder.resolve(BUCKET));
    var port = freePort();
    var builder =
        new ProcessBuilder(
            binary(), "server", "--quiet", "--address", "127.0.0.1:" + port, folder.toString());
    builder.environment().put("MINIO_ROOT_USER", USER);
    builder.environment().put("MINIO_ROOT_PASSWORD", USER);
    builder.environment().put("MINIO_BROWSER", "off");
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    var minio = new LocalMinio(builder.start(), port);
    minio.awaitReady();
    return minio;
  }

  String endpoint() {
    return "http://127.0.0.1:" + port;
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }

  private void awaitReady() {
    while (process.isAlive()) {
      try (var _ = new Socket("127.0.0.1", port)) {
        return;
      } catch (IOException notYet) {
        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      }
    }
    throw new IllegalStateException("MinIO ended with " + process.exitValue());
  }

  private static String binary() throws IOException {
    var root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("e2e/cluster/tool"))) root = root.getParent();
    var tool = new ProcessBuilder(root.resolve("e2e/cluster/tool").toString(), "minio");
    var started = tool.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    return new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
