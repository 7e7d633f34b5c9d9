package dev.intermission.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import dev.intermission.checkpoint.layout.JobKey;

/**
 * The newest committed checkpoint of a job as S3 has it.
 *
 * @param job where it lies; stays readable when the job is deleted
 * @param manifestSha256 hex, as HEAD states it
 * @param ranks workers whose files it holds
 * @param digests SHA-256 over all weights and over all optimizer moments, written by the trainer
 *     into every checkpoint
 */
record Committed(
    JobKey job,
    long step,
    String manifestName,
    String manifestSha256,
    boolean finished,
    int ranks,
    JsonNode digests) {}
