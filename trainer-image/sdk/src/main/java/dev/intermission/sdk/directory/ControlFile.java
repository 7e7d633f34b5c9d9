package dev.intermission.sdk.directory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Optional;

/** {@code control.json} as it stands in the file; the code speaks {@link Request}. */
record ControlFile(
    Optional<Long> id,
    String action,
    Optional<JsonNode> at,
    Optional<Boolean> hold,
    Optional<String> reason) {

  private static final String NEXT = "next";

  static ControlFile of(Request request) {
    return switch (request) {
      case Request.Checkpoint(var id, var at, var hold) ->
          new ControlFile(
              Optional.of(id),
              "checkpoint",
              Optional.of(encode(at)),
              Optional.of(hold),
              Optional.empty());
      case Request.Continue(var id, var at) ->
          new ControlFile(
              Optional.of(id),
              "continue",
              at.map(JsonNodeFactory.instance::numberNode),
              Optional.empty(),
              Optional.empty());
      case Request.Exit() -> bare("exit", Optional.empty());
      case Request.Stop(var reason) -> bare("stop", Optional.of(reason));
    };
  }

  /**
   * An action this version does not know is refused here and so reads as "nothing new": the trainer
   * goes on.
   */
  Request request() throws UnknownRequest {
    return switch (action) {
      case "checkpoint" ->
          new Request.Checkpoint(
              id.filter(value -> value > 0)
                  .orElseThrow(() -> new UnknownRequest("a checkpoint with id " + id)),
              decode(at.orElse(JsonNodeFactory.instance.textNode(NEXT))),
              hold.orElse(false));
      case "continue" ->
          new Request.Continue(id.orElse(Long.MAX_VALUE), at.flatMap(ControlFile::step));
      case "exit" -> new Request.Exit();
      case "stop" -> new Request.Stop(reason.orElse("no reason given"));
      case null, default -> throw new UnknownRequest("action " + action);
    };
  }

  private static ControlFile bare(String action, Optional<String> reason) {
    return new ControlFile(Optional.empty(), action, Optional.empty(), Optional.empty(), reason);
  }

  private static JsonNode encode(Request.At at) {
    return switch (at) {
      case Request.At.Next() -> JsonNodeFactory.instance.textNode(NEXT);
      case Request.At.Step(var step) -> JsonNodeFactory.instance.numberNode(step);
    };
  }

  private static Request.At decode(JsonNode at) throws UnknownRequest {
    if (at.isTextual() && at.textValue().equals(NEXT)) return new Request.At.Next();
    return new Request.At.Step(step(at).orElseThrow(() -> new UnknownRequest("at: " + at)));
  }

  private static Optional<Long> step(JsonNode at) {
    return Optional.of(at)
        .filter(JsonNode::isIntegralNumber)
        .filter(JsonNode::canConvertToLong)
        .map(JsonNode::longValue)
        .filter(step -> step >= 0);
  }
}
