/**
 * Owns: the trainer's part in the shared directory for a script that knows nothing of us: finds its
 * complete checkpoints, hands them over as the contract wants it, and answers requests.
 *
 * <p>May touch: the shared directory, and the processes of the script.
 *
 * <p>Must never: know S3, the operator or what the rest of the agent knows: all that it learns
 * stands in files, as for any trainer.
 */
package dev.intermission.agent.script;
