package dev.intermission.checkpoint.s3;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.WritableByteChannel;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The data path to a store behind plain HTTP: the kernel moves a file from the page cache to the
 * socket, and what comes back passes through one buffer. Throws what the SDK would throw, so that
 * {@link Answers} reads both. Thread-safe.
 *
 * <p>Why not the SDK here: over {@code http://} it hashes every byte a second time and copies it
 * three times, and its pipeline costs more than a small file. Seen with a prototype on two busy
 * cores, client alone: 2.9 against 1.4 CPU seconds for 1 GiB, 4.2 against 1.3 for 2,000 files of 16
 * KiB. Over TLS that advantage is gone, and the SDK carries the chunks.
 *
 * <p>Why platform threads: the socket of a virtual thread does not block, so that every few hundred
 * kilobytes cost a round through the poller; three times the CPU time of a thread that waits in the
 * kernel.
 */
final class PlainHttp implements AutoCloseable {

  private static final Pattern CODE = Pattern.compile("<Code>([^<]*)</Code>");
  private static final Pattern MESSAGE = Pattern.compile("<Message>([^<]*)</Message>");

  private final URI endpoint;
  private final SignedHead heads;
  private final ClientTuning tuning;
  private final ConcurrentLinkedDeque<Lane> idle = new ConcurrentLinkedDeque<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("lane-", 0).factory());

  private volatile Stamp lastStamp = new Stamp("", Instant.EPOCH);

  private PlainHttp(URI endpoint, SignedHead heads, ClientTuning tuning) {
    this.endpoint = endpoint;
    this.heads = heads;
    this.tuning = tuning;
  }

  /** The data path to {@code location}, if there is one: plain HTTP, the bucket in the path. */
  static Optional<PlainHttp> to(
      StorageLocation location,
      AwsCredentialsProvider credentials,
      Encryption encryption,
      ClientTuning tuning) {
    return location
        .endpoint()
        .filter(endpoint -> endpoint.getScheme().equals("http") && location.pathStyle())
        .map(
            endpoint ->
                new PlainHttp(
                    endpoint, SignedHead.of(location, endpoint, credentials, encryption), tuning));
  }

  /**
   * Creates an object that is not there yet. Sent once.
   *
   * @return when, by the store's clock; by ours where it sends none
   */
  Instant createOnce(String key, Payload payload) {
    var head = heads.createOnce(key, payload);
    return exchange(lane -> dateOf(accepted(lane, lane.send(head, payload))));
  }

  /** Streams an object, or some bytes of it, into {@code to}, and returns how many came. */
  long read(String key, Optional<ByteRange> range, WritableByteChannel to) {
    var head = heads.read(key, range);
    return exchange(lane -> lane.body(accepted(lane, lane.send(head)), to));
  }

  @Override
  public void close() {
    threads.shutdown();
    idle.forEach(Lane::close);
  }

  private static ResponseHead accepted(Lane lane, ResponseHead head) throws IOException {
    if (head.status() / 100 == 2) return head;
    var text = lane.text(head);
    lane.close(); // some of the request may still be unread on the other side
    var code = found(CODE, text).orElse(head.status() == 404 ? "NoSuchKey" : "");
    var message = found(MESSAGE, text).orElse("HTTP " + head.status());
    throw S3Exception.builder()
        .statusCode(head.status())
        .message(message + " (" + head.status() + " " + code + ")")
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).errorMessage(message).build())
        .build();
  }

  private static Optional<String> found(Pattern pattern, String text) {
    var matcher = pattern.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** A date as the server writes it. */
  private record Stamp(String text, Instant instant) {

    static Stamp read(String text) {
      return new Stamp(
          text, ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    }
  }

  private Instant dateOf(ResponseHead head) {
    var text = head.field("date");
    if (text.isEmpty()) return Clock.systemUTC().instant();
    var last = lastStamp; // it changes once a second, small files come by the hundred
    if (!text.get().equals(last.text())) lastStamp = last = Stamp.read(text.get());
    return last.instant();
  }

  /** What one lane does for one request. */
  private interface Exchange<T> {
    T with(Lane lane) throws IOException;
  }

  private <T> T exchange(Exchange<T> exchange) {
    var lane = lane();
    try {
      T answer = watched(lane, threads.submit(() -> exchange.with(lane)));
      if (lane.canBeUsedAgain()) idle.addFirst(lane); // the warmest one first
      return answer;
    } catch (RuntimeException | Error e) {
      lane.close();
      throw e;
    }
  }

  /** A connection that the server has not closed meanwhile, or a new one that is not yet open. */
  private Lane lane() {
    for (var lane = idle.pollFirst(); lane != null; lane = idle.pollFirst()) {
      if (lane.isAlive()) return lane;
      lane.close();
    }
    return new Lane(endpoint, tuning.connect());
  }

  /**
   * Waits for an exchange and ends it when nothing moves any more, when its time is over, or when
   * the caller is interrupted; when this returns, the lane's thread is at rest.
   */
  private <T> T watched(Lane lane, Future<T> exchange) {
    var end = System.nanoTime() + tuning.transfer().toNanos();
    var wait = shorter(tuning.silence(), tuning.transfer());
    var why = Optional.<RuntimeException>empty();
    for (var moved = 0L; ; ) {
      try {
        return exchange.get(wait.toMillis(), TimeUnit.MILLISECONDS);
      } catch (ExecutionException e) {
        throw why.orElseGet(() -> unchecked(e));
      } catch (TimeoutException _) {
        if (System.nanoTime() >= end)
          why = Optional.of(unanswered(tuning.transfer(), "it was not over"));
        else if (lane.moved() == moved) why = Optional.of(unanswered(wait, "no byte moved"));
        moved = lane.moved();
      } catch (InterruptedException e) {
        lane.close(); // wakes its thread, which then ends
        await(exchange);
        Thread.currentThread().interrupt();
        throw SdkClientException.create("interrupted", e);
      }
      if (why.isPresent()) lane.close();
    }
  }

  private static void await(Future<?> exchange) {
    while (true) {
      try {
        exchange.get();
        return;
      } catch (ExecutionException _) {
        return; // it broke off, as it was told to
      } catch (InterruptedException _) {
        // the first one is enough
      }
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static SdkClientException unanswered(Duration limit, String what) {
    return SdkClientException.create("after " + limit.toMillis() + " ms " + what);
  }

  private static RuntimeException unchecked(ExecutionException e) {
    return switch (e.getCause()) {
      case RuntimeException failure -> failure;
      case IOException failure -> SdkClientException.create("the connection broke", failure);
      case Error error -> throw error;
      case Throwable other -> throw new AssertionError("an exchange throws no other", other);
    };
  }
}
