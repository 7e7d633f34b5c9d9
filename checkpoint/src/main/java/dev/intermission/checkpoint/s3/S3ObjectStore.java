package dev.intermission.checkpoint.s3;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Sha256;
import dev.intermission.checkpoint.s3.SwapCondition.IfAbsent;
import dev.intermission.checkpoint.s3.SwapCondition.IfMatch;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** The store over the S3 protocol. Thread-safe; owns its connections until it is closed. */
public final class S3ObjectStore implements ObjectStore, AutoCloseable {

  /** The protocol's limit. */
  private static final int MOST_DELETED_AT_ONCE = 1000;

  private static final int COPY_BUFFER_BYTES = 128 * 1024;

  private final S3Client client;
  private final StorageLocation location;
  private final Answers answers;
  private final Encryption encryption;
  private final ClientTuning tuning;
  private final Optional<PlainHttp> direct;
  private volatile boolean deletesInBatches = true;

  private S3ObjectStore(
      S3Client client,
      Optional<PlainHttp> direct,
      StorageLocation location,
      Encryption encryption,
      ClientTuning tuning) {
    this.client = client;
    this.direct = direct;
    this.location = location;
    this.answers = new Answers(location);
    this.encryption = encryption;
    this.tuning = tuning;
  }

  /**
   * Opens a client; sends nothing yet. {@link StorageProbe} tells whether the store can be used.
   */
  public static S3ObjectStore open(
      StorageLocation location, Credentials credentials, ClientTuning tuning) {
    return open(location, credentials, Protection.DEFAULT, tuning);
  }

  /**
   * The same, for a store that is to encrypt, or whose certificate an authority of its own signed.
   */
  public static S3ObjectStore open(
      StorageLocation location,
      Credentials credentials,
      Protection protection,
      ClientTuning tuning) {
    var identity = S3Clients.provider(credentials);
    var encryption = protection.encryption();
    return new S3ObjectStore(
        S3Clients.create(location, identity, protection, tuning),
        PlainHttp.to(location, identity, encryption, tuning),
        location,
        encryption,
        tuning);
  }

  @Override
  public Optional<StoredObject> read(String key) {
    return retried(
        "reading " + key,
        () -> {
          ResponseBytes<?> got = client.getObject(get(key).build(), ResponseTransformer.toBytes());
          var response =
              (software.amazon.awssdk.services.s3.model.GetObjectResponse) got.response();
          return new StoredObject(got.asByteArrayUnsafe(), response.eTag());
        });
  }

  @Override
  public Optional<StoredObject> read(String key, long most) {
    return retried(
        "reading " + key,
        () ->
            client.getObject(
                get(key).build(),
                (response, body) -> {
                  var said = Optional.ofNullable(response.contentLength());
                  ObjectStore.requireAtMost(most, key, said.orElse(0L)); // before any is held
                  if (said.isPresent())
                    return new StoredObject(held(said.get(), body), response.eTag());
                  var bytes = body.readNBytes(Math.toIntExact(most + 1));
                  ObjectStore.requireAtMost(most, key, bytes.length);
                  return new StoredObject(bytes, response.eTag());
                }));
  }

  /** Into one array of the length that was stated: one that grows takes twice the memory. */
  private static byte[] held(long length, InputStream body) throws IOException {
    var bytes = new byte[Math.toIntExact(length)];
    var n = body.readNBytes(bytes, 0, bytes.length);
    if (n == bytes.length) return bytes;
    throw new EOFException("the answer ends after " + n + " of " + length + " bytes");
  }

  @Override
  public Optional<ObjectFacts> inspect(String key) {
    return retried(
        "inspecting " + key,
        () ->
            facts(
                client.headObject(
                    request ->
                        request
                            .bucket(location.bucket())
                            .key(key)
                            .checksumMode(ChecksumMode.ENABLED)
                            .overrideConfiguration(within(tuning.request())))));
  }

  @Override
  public CreateOutcome createOnce(String key, Payload payload) {
    try {
      return new CreateOutcome.Created(
          direct
              .map(http -> http.createOnce(key, payload))
              .orElseGet(() -> createByTheSdk(key, payload)));
    } catch (SdkException e) {
      return switch (answers.of(e)) {
        case Answer.ConditionFailed _ -> new CreateOutcome.AlreadyThere();
        case Answer.Unknown(var why) -> new CreateOutcome.AnswerLost(why);
        case Answer.Absent _ -> throw answers.refused("creating " + key, e);
        case Answer.Definite(var failure) -> throw failure;
      };
    }
  }

  @Override
  public SwapOutcome swap(String key, SwapCondition condition, byte[] bytes) {
    var request = put(key, Sha256.hex(bytes), within(tuning.request()));
    switch (condition) {
      case IfMatch(var etag) -> request.ifMatch(etag);
      case IfAbsent _ -> request.ifNoneMatch("*");
    }
    try {
      return new SwapOutcome.Swapped(
          client.putObject(request.build(), RequestBody.fromBytes(bytes)).eTag());
    } catch (SdkException e) {
      return switch (answers.of(e)) {
        case Answer.ConditionFailed _ -> new SwapOutcome.Refused();
        case Answer.Absent _ -> new SwapOutcome.Missing();
        case Answer.Unknown(var why) -> new SwapOutcome.AnswerLost(why);
        case Answer.Definite(var failure) -> throw failure;
      };
    }
  }

  @Override
  public Optional<Long> readRange(String key, ByteRange range, WritableByteChannel to) {
    return stream(key, Optional.of(range), to);
  }

  @Override
  public Optional<Long> readAll(String key, WritableByteChannel to) {
    return stream(key, Optional.empty(), to);
  }

  @Override
  public Stream<ListedObject> list(String prefix) {
    return Stream.iterate(
            Optional.of(page(prefix, Optional.empty())),
            Optional::isPresent,
            page -> page.get().next().map(token -> page(prefix, Optional.of(token))))
        .flatMap(page -> page.orElseThrow().objects().stream());
  }

  @Override
  public void delete(String key) {
    retried(
        "deleting " + key,
        () ->
            client.deleteObject(
                request ->
                    request
                        .bucket(location.bucket())
                        .key(key)
                        .overrideConfiguration(within(tuning.request()))));
  }

  @Override
  public void deleteAll(Collection<String> keys) {
    var all = List.copyOf(keys);
    for (var from = 0; from < all.size(); from += MOST_DELETED_AT_ONCE) {
      var batch = all.subList(from, Math.min(from + MOST_DELETED_AT_ONCE, all.size()));
      var left = deletesInBatches ? deleteBatch(batch) : batch;
      left.forEach(this::delete); // also what the store refused in the batch: alone it says why
    }
  }

  /** What the store did not delete. */
  private Collection<String> deleteBatch(List<String> keys) {
    var objects = keys.stream().map(key -> ObjectIdentifier.builder().key(key).build()).toList();
    try {
      return retried(
              "deleting " + keys.size() + " objects",
              () ->
                  client.deleteObjects(
                      request ->
                          request
                              .bucket(location.bucket())
                              .delete(delete -> delete.objects(objects).quiet(true))
                              .overrideConfiguration(within(tuning.transfer()))))
          .map(answer -> answer.errors().stream().map(S3Error::key).toList())
          .orElse(keys);
    } catch (StoreException.RequestRefused | StoreException.DirectoryTorn notSupported) {
      deletesInBatches = false; // a store without DeleteObjects, or that wants another checksum
      return keys;
    }
  }

  @Override
  public void close() {
    direct.ifPresent(PlainHttp::close);
    client.close();
  }

  private Instant createByTheSdk(String key, Payload payload) {
    var request = put(key, payload.sha256(), within(tuning.transfer())).ifNoneMatch("*").build();
    return date(client.putObject(request, body(payload)));
  }

  private Optional<Long> stream(String key, Optional<ByteRange> range, WritableByteChannel to) {
    try {
      return Optional.of(
          direct
              .map(http -> http.read(key, range, to))
              .orElseGet(() -> streamByTheSdk(key, range, to)));
    } catch (SdkException e) {
      return switch (answers.of(e)) {
        case Answer.Absent _ -> Optional.empty();
        case Answer.ConditionFailed _ -> Optional.of(0L); // 416: the object ends before the range
        case Answer.Unknown(var why) -> throw answers.spent("reading " + key, why, e);
        case Answer.Definite(var failure) -> throw failure;
      };
    }
  }

  private long streamByTheSdk(String key, Optional<ByteRange> range, WritableByteChannel to) {
    var request = get(key).overrideConfiguration(within(tuning.transfer()));
    range.ifPresent(
        wanted ->
            request.range(
                "bytes=" + wanted.offset() + "-" + (wanted.offset() + wanted.length() - 1)));
    return client.getObject(request.build(), (_, body) -> copy(key, body, to));
  }

  private static long copy(String key, InputStream from, WritableByteChannel to)
      throws IOException {
    var buffer = new byte[COPY_BUFFER_BYTES];
    var total = 0L;
    for (var n = from.read(buffer); n >= 0; n = from.read(buffer)) {
      writeFully(key, ByteBuffer.wrap(buffer, 0, n), to);
      total += n;
    }
    return total;
  }

  private static void writeFully(String key, ByteBuffer bytes, WritableByteChannel to) {
    try {
      while (bytes.hasRemaining()) to.write(bytes);
    } catch (IOException e) {
      throw LocalDisk.failure("writing what was read from " + key, e);
    }
  }

  private Page page(String prefix, Optional<String> token) {
    return retried(
            "listing " + prefix,
            () -> {
              var answer =
                  client.listObjectsV2(
                      request ->
                          request
                              .bucket(location.bucket())
                              .prefix(prefix)
                              .continuationToken(token.orElse(null))
                              .overrideConfiguration(within(tuning.request())));
              return Page.of(answer);
            })
        .orElseGet(Page::empty);
  }

  private GetObjectRequest.Builder get(String key) {
    return GetObjectRequest.builder()
        .bucket(location.bucket())
        .key(key)
        .overrideConfiguration(within(tuning.request()));
  }

  private PutObjectRequest.Builder put(
      String key, String sha256, AwsRequestOverrideConfiguration limits) {
    var request =
        PutObjectRequest.builder()
            .bucket(location.bucket())
            .key(key)
            .checksumSHA256(Sha256.base64(sha256))
            .overrideConfiguration(limits);
    switch (encryption) {
      case Encryption.BucketDefault _ -> {}
      case Encryption.StoreKeys _ -> request.serverSideEncryption(ServerSideEncryption.AES256);
      case Encryption.KmsKey(var keyId) ->
          request
              .serverSideEncryption(ServerSideEncryption.AWS_KMS)
              .ssekmsKeyId(keyId.orElse(null));
    }
    return request;
  }

  private static AwsRequestOverrideConfiguration within(Duration limit) {
    return AwsRequestOverrideConfiguration.builder()
        .apiCallAttemptTimeout(limit)
        .apiCallTimeout(limit)
        .build();
  }

  private static RequestBody body(Payload payload) {
    return switch (payload) {
      case Payload.Bytes(var bytes, _) -> // not fromBytes, which copies them
          RequestBody.fromContentProvider(
              () -> new ByteArrayInputStream(bytes), bytes.length, "application/octet-stream");
      case Payload.FileSlice slice ->
          RequestBody.fromContentProvider(
              () -> SliceStream.open(slice), slice.length(), "application/octet-stream");
    };
  }

  private static ObjectFacts facts(HeadObjectResponse response) {
    var sum = Optional.ofNullable(response.checksumSHA256()).filter(s -> s.indexOf('-') < 0);
    return new ObjectFacts(
        response.contentLength(),
        sum.map(Sha256::fromBase64),
        response.eTag(),
        response.lastModified());
  }

  /** The store's clock, which retention goes by; ours where it sends none. */
  private static Instant date(PutObjectResponse response) {
    return response
        .sdkHttpResponse()
        .firstMatchingHeader("Date")
        .map(text -> ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant())
        .orElseGet(Clock.systemUTC()::instant);
  }

  /**
   * Runs what changes nothing twice, again and again, until it has an answer. Absent: there is no
   * such object.
   */
  private <T> Optional<T> retried(String what, Supplier<T> call) {
    var retry = tuning.reads().start();
    for (; ; ) {
      try {
        return Optional.of(call.get());
      } catch (SdkException e) {
        switch (answers.of(e)) {
          case Answer.Absent _ -> {
            return Optional.empty();
          }
          case Answer.Definite(var failure) -> throw failure;
          case Answer.ConditionFailed _ -> throw answers.refused(what, e);
          case Answer.Unknown(var why) -> {
            if (!retry.again()) throw answers.spent(what, why, e);
          }
        }
      }
    }
  }
}
