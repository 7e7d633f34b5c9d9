package dev.intermission.operator.observe;

import dev.intermission.operator.plan.observation.Worker.ContainerState.Waiting;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ObjectReference;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Why pods cannot start, as the kubelet and the Job controller say it in Events. The kubelet writes
 * a failed pull into the pod's status only with its next sync, 10 to 25 s later (seen on v1.34); a
 * pod that may not be created has no status at all. In memory only, of our pods and Jobs only, and
 * no longer than the API server keeps the Event. Thread-safe.
 */
public final class Complaints {
  /**
   * Pods of an Indexed Job are called {@code <job>-<index>-<5 random>}, ours {@code
   * <name>-<run>-…}.
   */
  private static final Pattern OUR_POD = Pattern.compile(".+-\\d+-\\d+-[a-z0-9]{5}");

  private static final Pattern OUR_JOB = Pattern.compile(".+-\\d+");
  private static final Pattern CONTAINER = Pattern.compile("\\{([^}]+)}");
  private static final String POD = "";
  private static final String ERROR = "Error: ";

  /** By uid of the pod or Job, then by container; {@link #POD} where none is named. */
  private final Map<String, Map<String, Waiting>> byUid = new ConcurrentHashMap<>();

  /** Why this container of the pod waits, if somebody complained. */
  Optional<Waiting> ofContainer(String podUid, String container) {
    var known = byUid.getOrDefault(podUid, Map.of());
    return Optional.ofNullable(known.getOrDefault(container, known.get(POD)));
  }

  /** Why pods of this Job are not created, if the Job controller complained. */
  Optional<String> ofJob(String jobUid) {
    return Optional.ofNullable(byUid.getOrDefault(jobUid, Map.of()).get(POD)).map(Waiting::message);
  }

  /** Remembers what the Event says; false when it is about nobody of ours, or says nothing new. */
  boolean heard(Event event) {
    var about = event.getInvolvedObject();
    if (!ours(about)) return false;
    var container = container(about);
    var message = text(event.getMessage());
    var mount = "FailedMount".equals(event.getReason());
    // A mount that is only late is tried again; what is not there has to be made by somebody
    if (mount && !message.contains("not found")) return false;
    var news = mount ? new Waiting("FailedMount", message) : waiting(message);
    var known = Optional.ofNullable(byUid.getOrDefault(about.getUid(), Map.of()).get(container));
    // "Error: ErrImagePull" follows the Event that says why: the longer one is the better one
    if (known.filter(old -> old.message().length() >= news.message().length()).isPresent())
      return false;
    byUid.merge(about.getUid(), Map.of(container, news), Complaints::joined);
    return true;
  }

  /** The API server forgot the Event. */
  void forget(Event event) {
    byUid.remove(text(event.getInvolvedObject().getUid()));
  }

  private static boolean ours(ObjectReference about) {
    if (about.getUid() == null || about.getName() == null) return false;
    var name = "Pod".equals(about.getKind()) ? OUR_POD : OUR_JOB;
    return name.matcher(about.getName()).matches();
  }

  private static String container(ObjectReference about) {
    var found = CONTAINER.matcher(text(about.getFieldPath()));
    return found.find() ? found.group(1) : POD;
  }

  /** In the words in which the kubelet's status will say it. */
  private static Waiting waiting(String message) {
    if (message.startsWith("Failed to pull image")) return new Waiting("ErrImagePull", message);
    if (!message.startsWith(ERROR)) return new Waiting("CreateContainerError", message);
    var error = message.substring(ERROR.length());
    return error.matches("\\w*Image\\w*")
        ? new Waiting(error, error)
        : new Waiting("CreateContainerConfigError", error);
  }

  private static Map<String, Waiting> joined(Map<String, Waiting> old, Map<String, Waiting> news) {
    var both = new HashMap<>(old);
    both.putAll(news);
    return Map.copyOf(both);
  }

  private static String text(String text) {
    return text == null ? "" : text;
  }
}
