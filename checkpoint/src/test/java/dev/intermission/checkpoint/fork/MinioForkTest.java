package dev.intermission.checkpoint.fork;

import dev.intermission.checkpoint.s3.S3ObjectStore;
import dev.intermission.checkpoint.testing.TestingMinio;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;

/** Over a real server, through two connections. */
class MinioForkTest extends ForkContract<S3ObjectStore> {

  MinioForkTest() {
    super(TestingMinio.open(), TestingMinio.open(), _ -> Clock.systemUTC());
  }

  @AfterEach
  void close() {
    far.close();
    near.close();
  }
}
