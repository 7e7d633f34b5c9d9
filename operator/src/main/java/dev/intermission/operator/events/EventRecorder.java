package dev.intermission.operator.events;

import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.operator.logging.LogKeys;
import dev.intermission.operator.plan.JobEvent;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records an event under a name made of what it says, so that saying it again raises a count
 * instead of filling the list. An event that cannot be written is logged and forgotten: conditions
 * carry the truth.
 */
public final class EventRecorder {
  private static final Logger log = LoggerFactory.getLogger(EventRecorder.class);
  private static final int LONGEST_MESSAGE = 1024;

  private final KubernetesClient client;
  private final Clock clock;
  private final String instance;

  /** {@code instance} names this replica. */
  public EventRecorder(KubernetesClient client, Clock clock, String instance) {
    this.client = client;
    this.clock = clock;
    this.instance = instance;
  }

  /** Two round trips when the event is known already, else one. */
  public void record(TrainingJob job, JobEvent event) {
    var fresh = build(job, event, clock.instant().truncatedTo(ChronoUnit.SECONDS));
    try {
      client.resource(fresh).create();
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        countAgain(fresh);
      } else {
        forget(event, refused);
      }
    }
  }

  private void countAgain(Event fresh) {
    try {
      client
          .resource(fresh)
          .edit(
              known ->
                  new EventBuilder(known)
                      .withCount(known.getCount() == null ? 2 : known.getCount() + 1)
                      .withLastTimestamp(fresh.getLastTimestamp())
                      .build());
    } catch (KubernetesClientException refused) {
      log.atWarn()
          .addKeyValue(LogKeys.REASON, fresh.getReason())
          .setCause(refused)
          .log("an event was not counted");
    }
  }

  private static void forget(JobEvent event, KubernetesClientException refused) {
    if (Terminating.isCauseOf(refused)) return; // nobody will read it, and there would be hundreds
    log.atWarn()
        .addKeyValue(LogKeys.REASON, event.reason())
        .setCause(refused)
        .log("an event was not recorded: " + event.message());
  }

  private Event build(TrainingJob job, JobEvent event, Instant now) {
    var meta = job.getMetadata();
    var message =
        event.message().length() <= LONGEST_MESSAGE
            ? event.message()
            : event.message().substring(0, LONGEST_MESSAGE - 1) + "…";
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(meta.getNamespace())
        .withName(meta.getName() + "." + digest(meta.getUid(), event))
        .endMetadata()
        .withNewInvolvedObject()
        .withApiVersion(job.getApiVersion())
        .withKind(job.getKind())
        .withNamespace(meta.getNamespace())
        .withName(meta.getName())
        .withUid(meta.getUid())
        .endInvolvedObject()
        .withType(
            switch (event.severity()) {
              case NORMAL -> "Normal";
              case WARNING -> "Warning";
            })
        .withReason(event.reason())
        .withMessage(message)
        .withCount(1)
        .withFirstTimestamp(now.toString())
        .withLastTimestamp(now.toString())
        .withNewSource("intermission", instance)
        .withReportingComponent("intermission.dev/operator")
        .withReportingInstance(instance)
        .build();
  }

  private static String digest(String uid, JobEvent event) {
    try {
      var text = uid + "\n" + event.severity() + "\n" + event.reason() + "\n" + event.message();
      var sum = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sum, 0, 8);
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }
}
