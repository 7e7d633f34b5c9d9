package dev.intermission.agent;

import dev.intermission.agent.config.AgentConfig;
import dev.intermission.agent.work.Vault;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.protocol.Claiming;
import dev.intermission.checkpoint.protocol.HeadObject;
import dev.intermission.checkpoint.protocol.Unhold;
import dev.intermission.checkpoint.restore.CheckpointReader;
import dev.intermission.checkpoint.s3.ClientTuning;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.s3.S3ObjectStore;
import dev.intermission.checkpoint.save.CheckpointWriter;
import dev.intermission.checkpoint.save.SaveTuning;
import java.time.Clock;

/** The S3 client of one agent, and what it does with it. */
record AgentStore(S3ObjectStore s3, Vault vault) implements AutoCloseable {

  /**
   * The agent's own loops try again, and a newer step or a pause must not wait behind the tries of
   * an older one.
   */
  private static final SaveTuning IMPATIENT =
      new SaveTuning(
          SaveTuning.STANDARD.cutting(),
          SaveTuning.STANDARD.inFlight(),
          SaveTuning.STANDARD.grace(),
          RetryBudget.QUICK,
          SaveTuning.STANDARD.parts());

  static AgentStore open(AgentConfig config) {
    var location = config.store().location();
    var s3 =
        S3ObjectStore.open(
            location,
            config.store().credentials(),
            config.store().protection(),
            ClientTuning.QUICK);
    var clock = Clock.systemUTC();
    var layout = new Layout(location.prefix(), config.self().job());
    var vault =
        new Vault(
            new HeadObject(s3, layout),
            new Claiming(s3, layout, RetryBudget.QUICK),
            new Unhold(s3, layout, RetryBudget.QUICK),
            new CheckpointWriter(s3, layout, IMPATIENT, clock),
            new CheckpointReader(s3, layout, RetryBudget.QUICK, clock));
    return new AgentStore(s3, vault);
  }

  @Override
  public void close() {
    s3.close();
  }
}
