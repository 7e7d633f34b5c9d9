package dev.intermission.agent.work;

import dev.intermission.checkpoint.protocol.Claiming;
import dev.intermission.checkpoint.protocol.HeadObject;
import dev.intermission.checkpoint.protocol.Unhold;
import dev.intermission.checkpoint.restore.CheckpointReader;
import dev.intermission.checkpoint.save.CheckpointWriter;

/** What the agent can do with its job's checkpoints in S3. */
public record Vault(
    HeadObject head,
    Claiming claiming,
    Unhold unhold,
    CheckpointWriter writer,
    CheckpointReader reader) {}
