/**
 * Owns: the agent's HTTP interface (docs/trainer-contract.md has the paths).
 *
 * <p>May touch: sockets; the board, and requests through {@code work.Requests}.
 *
 * <p>Must never: believe an unsigned request, call S3, or write a file itself.
 */
package dev.intermission.agent.http;
