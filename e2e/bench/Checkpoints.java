import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.protocol.ClaimOutcome;
import dev.intermission.checkpoint.protocol.Claiming;
import dev.intermission.checkpoint.protocol.HeadObject;
import dev.intermission.checkpoint.protocol.Seal;
import dev.intermission.checkpoint.restore.CheckpointReader;
import dev.intermission.checkpoint.s3.ClientTuning;
import dev.intermission.checkpoint.s3.Credentials;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.s3.S3ObjectStore;
import dev.intermission.checkpoint.s3.StorageLocation;
import dev.intermission.checkpoint.save.CheckpointWriter;
import dev.intermission.checkpoint.save.SaveRequest;
import dev.intermission.checkpoint.save.SaveTuning;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/**
 * Saves or restores one folder as the agent does, in the agent's JVM, and prints how many seconds that took: with every SHA-256, the
 * manifest and the commit; without the start of the JVM, since an agent is there long before its first save.
 *
 * <pre>java ... Checkpoints save|restore ENDPOINT BUCKET UID FOLDER</pre>
 */
final class Checkpoints {

  private static final RetryBudget RETRIES = RetryBudget.QUICK;

  public static void main(String[] args) {
    var location = new StorageLocation(Optional.of(URI.create(args[1])), "us-east-1", args[2], "", true);
    var credentials = new Credentials.Static(System.getenv("AWS_ACCESS_KEY_ID"), System.getenv("AWS_SECRET_ACCESS_KEY"));
    var layout = new Layout("", new JobKey("bench", "store", args[3]));
    var folder = Path.of(args[4]);
    try (var s3 = S3ObjectStore.open(location, credentials, ClientTuning.QUICK)) {
      var seconds = args[0].equals("save") ? save(s3, layout, folder) : restore(s3, layout, folder);
      System.out.printf("seconds %.3f%n", seconds);
    }
  }

  private static double save(S3ObjectStore s3, Layout layout, Path folder) {
    new Seal(s3, layout, RETRIES).seal(Optional.empty(), 1, Optional.empty());
    var claimed = new Claiming(s3, layout, RETRIES).claim(1, "pod", Optional.empty());
    if (!(claimed instanceof ClaimOutcome.Claimed(var claim))) throw new IllegalStateException("not claimed: " + claimed);
    var writer = new CheckpointWriter(s3, layout, SaveTuning.STANDARD, Clock.systemUTC());
    var begun = System.nanoTime();
    writer.save(claim, new SaveRequest(1, 0, 1, folder, Optional.empty(), false));
    return (System.nanoTime() - begun) / 1e9;
  }

  private static double restore(S3ObjectStore s3, Layout layout, Path folder) {
    var head = new HeadObject(s3, layout).read().orElseThrow().head();
    var reader = new CheckpointReader(s3, layout, RETRIES, Clock.systemUTC());
    var begun = System.nanoTime();
    reader.restore(head.manifest().orElseThrow(), 0, folder);
    return (System.nanoTime() - begun) / 1e9;
  }
}
