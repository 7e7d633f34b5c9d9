package dev.intermission.api.v1alpha1;

/** What a script understands as "save". */
public enum PauseSignal {
  SIGHUP,
  SIGINT,
  SIGTERM,
  SIGUSR1,
  SIGUSR2
}
