/**
 * Owns: the S3 protocol: conditional writes, lost answers, dialects of stores. May touch: the
 * network and, for slices, files; the only package that imports the AWS SDK. Must never: retry a
 * conditional write or guess what became of one.
 */
package dev.intermission.checkpoint.s3;
