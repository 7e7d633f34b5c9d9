package dev.intermission.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random disturbances and an audit: few here, as many as one likes with {@code ./bench chaos
 * --pauses N --seed S}. The seed decides which come, not whom and which moment they meet.
 */
@EndToEnd
final class ChaosE2E {

  @Test
  @Disruptive({ClusterPart.OPERATOR, ClusterPart.SPARE_NODE})
  void whateverIsDisturbedNoCommittedStepIsLostAndTheResultIsThatOfAnUndisturbedRun(
      TestBed bed, Team team, Expectations expect) throws IOException {
    var seed = Long.getLong("chaos.seed", 20261130L);
    var times = Integer.getInteger("chaos.pauses", 20);
    try (var store = StoreGate.open(bed.storage().endpoint())) {
      var chaos = new Chaos(bed, team, expect, store, new Random(seed));

      chaos.begin();
      for (var n = 0; n < times; n++) chaos.disturb();
      chaos.finish();
      write(times, seed, chaos);
    }
  }

  private static void write(int times, long seed, Chaos chaos) throws IOException {
    var report = "%d disturbances, seed %d%n%n%s".formatted(times, seed, chaos.report());
    var file = Repository.root().resolve("e2e/target/e2e/chaos.md");
    Files.createDirectories(file.getParent());
    Files.writeString(file, report);
    System.err.println(report);
  }
}
