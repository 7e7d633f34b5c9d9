package dev.intermission.operator.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What every worker's agent is started with.
 *
 * @param s3Secret name of the Secret that is expected in a job's namespace when the job names none
 * @param signingKeyFile PKCS#8 key whose public half the agents trust; read once at start
 */
public record AgentDefaults(String image, Optional<String> s3Secret, Path signingKeyFile) {}
