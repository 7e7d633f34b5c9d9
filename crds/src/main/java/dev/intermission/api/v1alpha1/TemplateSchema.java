package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;

/**
 * The schema of the pod template: opaque but for the names in its three lists and the few fields
 * that are refused. The names make the lists mergeable by several appliers and visible to CEL
 * rules; leaving the rest out keeps the CRD small (a typed template alone has 149 KB). Only a
 * schema: in Java the field is a PodTemplateSpec. What happens to each field:
 * docs/template-fields.md.
 */
record TemplateSchema(
    @JsonPropertyDescription("Labels and annotations for the pods.") Metadata metadata,
    @Required
        @JsonPropertyDescription(
            "The pod's spec; docs/template-fields.md lists what Intermission keeps, adds and"
                + " refuses in it.")
        PodSpec spec) {

  @PreserveUnknownFields
  record Metadata(
      @JsonPropertyDescription("Labels for the pods; those of Intermission win.")
          Map<String, String> labels,
      @JsonPropertyDescription("Annotations for the pods; those of Intermission win.")
          Map<String, String> annotations) {}

  @PreserveUnknownFields
  @ValidationRule(
      value =
          "!has(self.initContainers) || self.containers.all(c, self.initContainers.all(i, i.name !="
              + " c.name))",
      message = "a container and an init container have the same name: rename one of them")
  record PodSpec(
      @Required
          @Size(min = 1, max = 32)
          @ValidationRule(
              value = "self.exists(c, c.name == 'trainer')",
              message = "needs a container named trainer: the one that trains")
          @ValidationRule(
              value = "self.all(c, c.name != 'agent')",
              message = "the name agent is taken by Intermission's own container: rename yours")
          @JsonPropertyDescription(
              "The pod's containers; the one named trainer is the training process.")
          List<Container> containers,
      @Size(max = 32)
          @ValidationRule(
              value = "self.all(c, c.name != 'agent' && c.name != 'trainer')",
              message =
                  "the names agent and trainer are taken: agent is Intermission's, and trainer"
                      + " belongs in containers")
          @JsonPropertyDescription(
              "Containers that run before the trainer, or beside it with restartPolicy: Always.")
          List<Named> initContainers,
      @Size(max = 64)
          @ValidationRule(
              value = "self.all(v, v.name != 'intermission')",
              message =
                  "the name intermission is taken by the volume that trainer and agent share:"
                      + " rename yours, or set its size in spec.checkpoint.volume")
          @JsonPropertyDescription("Volumes that the containers may mount.")
          List<Named> volumes,
      @Size(max = 16)
          @ValidationRule(
              value = "self == 'Never'",
              message =
                  "may only be Never or left out: Intermission starts a failed trainer again"
                      + " itself, from its checkpoint; see spec.restarts")
          @JsonPropertyDescription("Never, which is also what leaving it out means.")
          String restartPolicy,
      @ValidationRule(
              value = "!self",
              message =
                  "may not be true: with one process namespace the trainer could not be told apart"
                      + " from the agent")
          @JsonPropertyDescription("False, which is also what leaving it out means.")
          Boolean shareProcessNamespace,
      @Size(max = 63)
          @ValidationRule(
              value = "self == ''",
              message = "must be left out: the workers find each other by the job's own Service")
          @JsonPropertyDescription("Left out; Intermission sets it to the job's Service.")
          String subdomain) {}

  @PreserveUnknownFields
  @ValidationRule(
      value = "!has(self.restartPolicy) && !has(self.restartPolicyRules)",
      message =
          "restartPolicy and restartPolicyRules of a container must be left out: Intermission"
              + " starts a failed trainer again itself; see spec.restarts")
  @ValidationRule(
      value = "self.name != 'trainer' || !has(self.lifecycle) || !has(self.lifecycle.preStop)",
      message =
          "lifecycle.preStop of the trainer must be left out: Intermission's own hook saves a"
              + " checkpoint there; do the work after the training loop, or in another container")
  record Container(
      @Required @Size(min = 1, max = 63) @JsonPropertyDescription("Its name, unique in the pod.")
          String name,
      @JsonPropertyDescription("Hooks; those of the trainer may not include preStop.")
          Lifecycle lifecycle,
      @Size(max = 16) @JsonPropertyDescription("Must be left out.") String restartPolicy,
      @Size(max = 1) @JsonPropertyDescription("Must be left out.")
          List<Opaque> restartPolicyRules) {}

  @PreserveUnknownFields
  record Lifecycle(
      @JsonPropertyDescription("What runs before the container is stopped.") Opaque preStop) {}

  @PreserveUnknownFields
  record Named(
      @Required @Size(min = 1, max = 63) @JsonPropertyDescription("Its name, unique in this list.")
          String name) {}

  @PreserveUnknownFields
  record Opaque() {}
}
