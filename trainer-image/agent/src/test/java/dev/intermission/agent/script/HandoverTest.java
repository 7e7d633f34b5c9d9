package dev.intermission.agent.script;

import static dev.intermission.agent.script.TestingFiles.archive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.sdk.directory.SharedDirectory;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a checkpoint while it is copied. */
final class HandoverTest {

  @TempDir Path root;
  private SharedDirectory directory;
  private Path folder;

  @BeforeEach
  void makeACheckpoint() throws IOException {
    directory = new SharedDirectory(root);
    folder = Files.createDirectories(root.resolve("watched/checkpoint-5"));
    Files.write(folder.resolve("model.pt"), archive("weights"));
  }

  @Test
  void nothingIsClaimedOfIt() throws IOException {
    assertThat(take(seen())).isTrue();

    var said = SharedDirectory.declaration(taken()).read().orElseThrow();
    assertThat(said.finished()).as("only its exit code can say so").isFalse();
    assertThat(said.contains()).isEmpty();
    assertThat(said.requestId()).contains(7L);
  }

  @Test
  void oneThatIsDeletedMeanwhileLeavesNothing() throws IOException {
    var seen = seen();
    Files.delete(folder.resolve("model.pt"));
    Files.delete(folder);

    assertThat(take(seen)).isFalse();

    assertThat(directory.checkpoints().complete()).isEmpty();
    assertThat(directory.checkpoints().unfinished()).isEmpty();
  }

  @Test
  void oneThatCannotBeCopiedLeavesNothing() throws IOException {
    try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(folder.resolve("socket")));
      var seen = seen();

      assertThatThrownBy(() -> take(seen)).isInstanceOf(IOException.class);

      assertThat(directory.checkpoints().complete()).isEmpty();
      assertThat(directory.checkpoints().unfinished()).isEmpty();
    }
  }

  @Test
  void aLinkStaysOneSoThatWhatItPointsToIsNeverUploaded() throws IOException {
    var outside = Files.writeString(root.resolve("outside"), "a secret");
    Files.createSymbolicLink(folder.resolve("link"), outside);

    assertThat(take(seen())).isTrue();

    assertThat(taken().resolve("checkpoint-5/link")).isSymbolicLink();
  }

  private Found seen() throws IOException {
    return new Found(folder, Print.of(folder).orElseThrow());
  }

  private boolean take(Found found) throws IOException {
    return new Handover(directory).take(found, 5, Optional.of(7L));
  }

  private Path taken() {
    return directory.checkpoints().folder(5);
  }
}
