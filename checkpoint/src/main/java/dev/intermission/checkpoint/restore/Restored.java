package dev.intermission.checkpoint.restore;

import java.time.Duration;

/**
 * A checkpoint that is complete on the local disk.
 *
 * @param step of the checkpoint
 * @param bytes of this rank's files
 * @param files how many
 * @param took from the first byte to the rename
 */
public record Restored(long step, long bytes, int files, Duration took) {}
