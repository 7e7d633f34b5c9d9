package dev.intermission.checkpoint.layout;

/**
 * Names one TrainingJob for ever: the uid keeps a re-created job from inheriting the checkpoints of
 * its namesake.
 *
 * @param namespace Kubernetes namespace
 * @param name the job's name
 * @param uid {@code metadata.uid}
 */
public record JobKey(String namespace, String name, String uid) {

  public JobKey {
    KeySegment.require("namespace", namespace);
    KeySegment.require("name", name);
    KeySegment.require("uid", uid);
  }

  /** How people call it: {@code namespace/name}. */
  public String display() {
    return namespace + "/" + name;
  }
}
