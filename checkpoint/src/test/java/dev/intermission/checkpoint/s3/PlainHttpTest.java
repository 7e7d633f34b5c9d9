package dev.intermission.checkpoint.s3;

import static dev.intermission.checkpoint.testing.ScriptedServer.body;
import static dev.intermission.checkpoint.testing.ScriptedServer.head;
import static dev.intermission.checkpoint.testing.ScriptedServer.say;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Sha256;
import dev.intermission.checkpoint.testing.ScriptedServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the data path makes of a server that misbehaves; that it works is MinioTest's. */
@Timeout(30)
class PlainHttpTest {

  private static final String DONE =
      "HTTP/1.1 200 OK\r\nDate: Tue, 24 Nov 2026 12:00:00 GMT\r\nContent-Length: 0\r\n\r\n";
  private static final Duration LONG = Duration.ofSeconds(20);

  @Test
  void aPutCarriesTheSumThatTheStoreComparesAndNoHashOfTheBodyInItsSignature() throws Exception {
    var seen = new AtomicReference<String>();
    try (var server =
            new ScriptedServer(
                (in, out) -> {
                  seen.set(head(in));
                  body(in, 5);
                  say(out, DONE);
                });
        var store = open(server, LONG)) {
      assertThat(store.createOnce("a b/ü", Payload.Bytes.of("hello".getBytes(UTF_8))))
          .isEqualTo(new CreateOutcome.Created(Instant.parse("2026-11-24T12:00:00Z")));
    }
    assertThat(seen.get())
        .startsWith("PUT /bucket/a%20b/%C3%BC HTTP/1.1\r\n")
        .contains("x-amz-checksum-sha256: " + Sha256.base64(Sha256.hex("hello".getBytes(UTF_8))))
        .contains("x-amz-content-sha256: UNSIGNED-PAYLOAD")
        .containsPattern("SignedHeaders=[^,]*x-amz-checksum-sha256")
        .contains("If-None-Match: *")
        .doesNotContain("the-secret");
  }

  @Test
  void aConnectionThatTheServerClosedMeanwhileIsReplacedBeforeAnythingIsSent() throws Exception {
    var closed = new CountDownLatch(1);
    ScriptedServer.Conversation once =
        (in, out) -> {
          head(in);
          body(in, 1);
          say(out, DONE); // and then closes, without a word
        };
    try (var server =
            new ScriptedServer(
                (in, out) -> {
                  once.with(in, out);
                  out.close();
                  closed.countDown();
                },
                once);
        var store = open(server, LONG)) {
      assertThat(store.createOnce("a", Payload.Bytes.of(new byte[1])))
          .isInstanceOf(CreateOutcome.Created.class);
      closed.await();
      assertThat(store.createOnce("b", Payload.Bytes.of(new byte[1])))
          .isInstanceOf(CreateOutcome.Created.class);
    }
  }

  @Test
  void oneConnectionServesManyRequests() throws Exception {
    try (var server =
            new ScriptedServer(
                (in, out) -> {
                  for (var i = 0; i < 3; i++) {
                    head(in);
                    body(in, 1);
                    say(out, DONE);
                  }
                });
        var store = open(server, LONG)) {
      for (var i = 0; i < 3; i++) {
        assertThat(store.createOnce("k" + i, Payload.Bytes.of(new byte[1])))
            .isInstanceOf(CreateOutcome.Created.class);
      }
    }
  }

  @Test
  void aRefusalThatComesBeforeTheWholeBodyWasSentIsRead(@TempDir Path folder) throws Exception {
    var bytes = new byte[32 << 20]; // more than socket buffers hold
    var file = Files.write(folder.resolve("big"), bytes);
    try (var server =
            new ScriptedServer(
                (in, out) -> {
                  head(in);
                  say(out, "HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\n\r\n");
                }); // and closes, so that what is still sent is reset
        var store = open(server, LONG)) {
      var slice = new Payload.FileSlice(file, 0, bytes.length, Sha256.hex(bytes));
      assertThat(store.createOnce("k", slice)).isEqualTo(new CreateOutcome.AlreadyThere());
    }
  }

  @Test
  void theCodeOfARefusalIsFoundInAChunkedAnswer() throws Exception {
    var text =
        "<?xml version=\"1.0\"?><Error><Code>NoSuchBucket</Code><Message>x</Message></Error>";
    try (var server =
            new ScriptedServer(
                (in, out) -> {
                  head(in);
                  say(out, "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n");
                  say(out, Integer.toHexString(text.length()) + "\r\n" + text + "\r\n0\r\n\r\n");
                  in.read();
                });
        var store = open(server, LONG)) {
      assertThatThrownBy(() -> store.readAll("k", sink()))
          .isInstanceOf(StoreException.BucketMissing.class);
    }
  }

  @Test
  void anAnswerThatBreaksOffIsNotTakenForAShortObject() throws Exception {
    try (var server =
            new ScriptedServer(
                (in, out) -> {
                  head(in);
                  say(out, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                });
        var store = open(server, LONG)) {
      assertThatThrownBy(() -> store.readAll("k", sink()))
          .isInstanceOf(StoreException.EndpointUnreachable.class)
          .hasMessageContaining("broke off");
    }
  }

  @Test
  void somethingThatIsNotHttpIsNamed() throws Exception {
    try (var server =
            new ScriptedServer(
                (in, out) -> {
                  head(in);
                  say(out, "SSH-2.0-OpenSSH_9.2\r\n\r\n");
                });
        var store = open(server, LONG)) {
      assertThatThrownBy(() -> store.readAll("k", sink()))
          .isInstanceOf(StoreException.EndpointUnreachable.class)
          .hasMessageContaining("SSH-2.0");
    }
  }

  @Test
  void aServerThatStopsInTheMiddleOfAnAnswerIsGivenUpAfterItsSilence() throws Exception {
    var over = new CountDownLatch(1);
    try (var server =
            new ScriptedServer(
                (in, out) -> {
                  head(in);
                  say(out, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                  over.await();
                });
        var store = open(server, Duration.ofMillis(200))) {
      assertThatThrownBy(() -> store.readAll("k", sink()))
          .isInstanceOf(StoreException.EndpointUnreachable.class)
          .hasMessageContaining("no byte moved");
      over.countDown();
    }
  }

  @Test
  void anInterruptEndsARequestThatWaits() throws Exception {
    var asked = new CountDownLatch(1);
    var over = new CountDownLatch(1);
    try (var server =
            new ScriptedServer(
                (in, _) -> {
                  head(in);
                  asked.countDown();
                  over.await();
                });
        var store = open(server, LONG)) {
      var outcome = new CompletableFuture<CreateOutcome>();
      var caller =
          Thread.ofVirtual()
              .start(
                  () ->
                      outcome.complete(
                          store.createOnce("k", Payload.Bytes.of("x".getBytes(UTF_8)))));
      asked.await();
      caller.interrupt();
      assertThat(outcome.get()).isInstanceOf(CreateOutcome.AnswerLost.class);
      over.countDown();
    }
  }

  private static java.nio.channels.WritableByteChannel sink() {
    return Channels.newChannel(new ByteArrayOutputStream());
  }

  private static S3ObjectStore open(ScriptedServer server, Duration silence) throws IOException {
    var tuning = new ClientTuning(LONG, silence, LONG, LONG, ClientTuning.QUICK.reads());
    var location =
        new StorageLocation(Optional.of(server.endpoint()), "us-east-1", "bucket", "", true);
    return S3ObjectStore.open(location, new Credentials.Static("id", "the-secret"), tuning);
  }
}
