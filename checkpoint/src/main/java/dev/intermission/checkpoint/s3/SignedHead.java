package dev.intermission.checkpoint.s3;

import dev.intermission.checkpoint.layout.Sha256;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * How our requests begin, signed by the SDK. Of a body the signature covers the {@code
 * x-amz-checksum-sha256} that the store compares with what arrives, not the bytes once more: MinIO
 * would hash them twice.
 */
record SignedHead(
    URI endpoint,
    String bucketPath,
    String region,
    AwsCredentialsProvider credentials,
    Encryption encryption,
    AwsV4HttpSigner signer) {

  private static final String ENCRYPTION = "x-amz-server-side-encryption";

  static SignedHead of(
      StorageLocation location,
      URI endpoint,
      AwsCredentialsProvider credentials,
      Encryption encryption) {
    var base = Optional.ofNullable(endpoint.getRawPath()).orElse("").replaceAll("/+$", "");
    var bucketPath = base + "/" + location.bucket() + "/";
    return new SignedHead(
        endpoint, bucketPath, location.region(), credentials, encryption, AwsV4HttpSigner.create());
  }

  /** Of a PUT that must not replace anything. */
  byte[] createOnce(String key, Payload payload) {
    var request =
        request(SdkHttpMethod.PUT, key)
            .putHeader("Content-Length", Long.toString(payload.length()))
            .putHeader("Content-Type", "application/octet-stream")
            .putHeader("If-None-Match", "*")
            .putHeader("x-amz-checksum-sha256", Sha256.base64(payload.sha256()))
            .protocol("https"); // else the signer insists on hashing the body itself
    switch (encryption) {
      case Encryption.BucketDefault _ -> {}
      case Encryption.StoreKeys _ -> request.putHeader(ENCRYPTION, "AES256");
      case Encryption.KmsKey(var keyId) -> {
        request.putHeader(ENCRYPTION, "aws:kms");
        keyId.ifPresent(id -> request.putHeader(ENCRYPTION + "-aws-kms-key-id", id));
      }
    }
    return bytes(signed(request.build()));
  }

  /** Of a GET of a whole object, or of some of its bytes. */
  byte[] read(String key, Optional<ByteRange> range) {
    var request = request(SdkHttpMethod.GET, key).protocol("http");
    range.ifPresent(
        wanted ->
            request.putHeader(
                "Range",
                "bytes=" + wanted.offset() + "-" + (wanted.offset() + wanted.length() - 1)));
    return bytes(signed(request.build()));
  }

  private SdkHttpRequest.Builder request(SdkHttpMethod method, String key) {
    return SdkHttpRequest.builder()
        .method(method)
        .host(endpoint.getHost())
        .port(endpoint.getPort() < 0 ? 80 : endpoint.getPort())
        .encodedPath(bucketPath + encoded(key));
  }

  private SdkHttpRequest signed(SdkHttpRequest request) {
    return signer
        .sign(
            sign ->
                sign.identity(credentials.resolveCredentials())
                    .request(request)
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                    .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                    .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
                    .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false)
                    .putProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, false))
        .request();
  }

  /**
   * Keys of chunks are plain; encoding them all the same would cost more than hashing a small one.
   */
  private static String encoded(String key) {
    return key.chars().allMatch(SignedHead::plain) ? key : SdkHttpUtils.urlEncodeIgnoreSlashes(key);
  }

  private static boolean plain(int c) {
    return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '/';
  }

  private static byte[] bytes(SdkHttpRequest request) {
    var head = new StringBuilder(512);
    head.append(request.method()).append(' ').append(request.encodedPath()).append(" HTTP/1.1\r\n");
    request.forEachHeader(
        (name, values) ->
            values.forEach(value -> head.append(name).append(": ").append(value).append("\r\n")));
    return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
