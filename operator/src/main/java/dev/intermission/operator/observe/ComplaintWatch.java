package dev.intermission.operator.observe;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.ReducedStateItemStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to the kinds of Event by which a start fails: {@code Failed} and {@code FailedMount} of
 * pods, {@code FailedCreate} of Jobs. The API server picks them, so that a watch of a whole cluster
 * carries next to nothing, and of each only the uid is kept. Without the right to read Events the
 * operator works as before and learns of failed pulls when the kubelet writes them into the pod.
 */
public final class ComplaintWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ComplaintWatch.class);

  private static final List<Map<String, String>> SELECTED =
      List.of(
          Map.of("reason", "Failed", "involvedObject.kind", "Pod"),
          Map.of("reason", "FailedMount", "involvedObject.kind", "Pod"),
          Map.of("reason", "FailedCreate", "involvedObject.kind", "Job"));

  private final List<SharedIndexInformer<Event>> informers = new ArrayList<>();
  private final Complaints complaints;
  private final Consumer<Event> wake;
  private final AtomicBoolean refused = new AtomicBoolean();

  private ComplaintWatch(Complaints complaints, Consumer<Event> wake) {
    this.complaints = complaints;
    this.wake = wake;
  }

  /**
   * Returns at once; listens from then on.
   *
   * @param namespaces empty: all
   * @param wake gets each Event that said something new about a pod or Job that may be ours
   */
  public static ComplaintWatch start(
      KubernetesClient client,
      Set<String> namespaces,
      Complaints complaints,
      Consumer<Event> wake) {
    var watch = new ComplaintWatch(complaints, wake);
    for (var fields : SELECTED) {
      var events = client.v1().events();
      if (namespaces.isEmpty())
        watch.listen(client, events.inAnyNamespace().withFields(fields).runnableInformer(0));
      namespaces.forEach(
          namespace ->
              watch.listen(
                  client, events.inNamespace(namespace).withFields(fields).runnableInformer(0)));
    }
    return watch;
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::stop);
  }

  private void listen(KubernetesClient client, SharedIndexInformer<Event> informer) {
    informer
        .itemStore(
            new ReducedStateItemStore<>(
                ReducedStateItemStore.UID_KEY_STATE,
                Event.class,
                client.getKubernetesSerialization(),
                "involvedObject.uid"))
        .addEventHandler(new Listener())
        .exceptionHandler(this::again);
    informer.start();
    informers.add(informer);
  }

  private boolean again(boolean started, Throwable failed) {
    if (failed instanceof KubernetesClientException refusal
        && refusal.getCode() == 403
        && refused.compareAndSet(false, true)) {
      log.atWarn()
          .log(
              "Events may not be read, so failed image pulls are reported late; let the operator's"
                  + " role get, list and watch events");
    }
    return true;
  }

  private final class Listener implements ResourceEventHandler<Event> {
    @Override
    public void onAdd(Event event) {
      if (complaints.heard(event)) wake.accept(event);
    }

    @Override
    public void onUpdate(Event old, Event event) {
      onAdd(event);
    }

    @Override
    public void onDelete(Event event, boolean unknown) {
      complaints.forget(event);
    }
  }
}
