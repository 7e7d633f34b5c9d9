package dev.intermission.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The scripts that make the cluster, tested by their own test program on clusters of its own. The
 * quick and decisive cases run every time; {@code -De2e.cluster.cases=all} runs every case, and
 * names in its place run those.
 */
final class ClusterScriptsE2E {

  private static final String EVERY_TIME =
      "withoutRightsItSaysSoAndChangesNothing withoutGoItSaysSoAndChangesNothing"
          + " withoutControlGroupsItSaysSo anUnusableNameIsRefused aContextThatDoesNotAnswerIsNamed"
          + " aClusterComesUpWithDnsAndStore upTwiceStartsNothingAnew"
          + " aFileIsLoadedOnceUntilItsContentChanges aKilledDaemonIsStartedAnew"
          + " upThatIsKilledEarlyIsRemovedByDown";

  @Test
  void clusterScriptsDoWhatTheyPromise() {
    var cases = System.getProperty("e2e.cluster.cases", EVERY_TIME);
    var test = Command.of("e2e/cluster/test/cluster-test").within(Duration.ofMinutes(5));

    var result =
        (cases.equals("all") ? test : test.and(List.of(cases.split("[ ,]+")))).attemptWithErrors();

    assertThat(result.exit()).as(result.output()).isZero();
  }
}
