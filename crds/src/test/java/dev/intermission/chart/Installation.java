package dev.intermission.chart;

import dev.intermission.api.v1alpha1.TestingApiServer;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;

/** The chart, installed by helm into a namespace of its own. */
record Installation(TestingApiServer api, String namespace, String release) {

  static Installation install(TestingApiServer api, String... values) {
    var namespace = api.namespace();
    var installation = new Installation(api, namespace, "intermission-" + namespace);
    installation.upgrade(values);
    return installation;
  }

  void upgrade(String... values) {
    var command =
        new ArrayList<>(
            List.of(
                "upgrade",
                "--install",
                release,
                "helm/intermission",
                "--skip-crds",
                "--namespace",
                namespace));
    for (var value : values) command.addAll(List.of("--set", value));
    api.helm(command.toArray(String[]::new)).orThrow();
  }

  /** Acts with the operator's rights and no others. */
  KubernetesClient operator() {
    return api.impersonating(
        "system:serviceaccount:%s:%s".formatted(namespace, release),
        "system:serviceaccounts",
        "system:serviceaccounts:" + namespace,
        "system:authenticated");
  }

  /**
   * Whether {@code client} may do this; {@code what} is {@code verb
   * group/resource[/subresource][:name]}, group empty for core.
   */
  static boolean may(KubernetesClient client, String what, String namespace) {
    var verb = what.substring(0, what.indexOf(' '));
    var target = what.substring(verb.length() + 1).split(":", 2);
    var path = target[0].split("/", 3);
    var review =
        new SelfSubjectAccessReviewBuilder()
            .withNewSpec()
            .withNewResourceAttributes()
            .withVerb(verb)
            .withGroup(path[0])
            .withResource(path[1])
            .withSubresource(path.length > 2 ? path[2] : null)
            .withName(target.length > 1 ? target[1] : null)
            .withNamespace(namespace)
            .endResourceAttributes()
            .endSpec()
            .build();
    return client
        .authorization()
        .v1()
        .selfSubjectAccessReview()
        .create(review)
        .getStatus()
        .getAllowed();
  }
}
