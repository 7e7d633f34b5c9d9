package dev.intermission.agent.http;

import dev.intermission.agent.config.Channel;
import dev.intermission.control.AgentPaths;
import dev.intermission.control.RequestVerifier;
import dev.intermission.control.RequestVerifier.Accepted;
import dev.intermission.control.RequestVerifier.Rejected;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Decides who may ask what: health and metrics are open, the drain needs its token, everything else
 * a signature.
 */
final class Door {

  private final OpenRoutes open;
  private final SignedRoutes signed;
  private final DrainRoute drain;
  private final RequestVerifier verifier;
  private final byte[] drainToken;

  Door(
      OpenRoutes open,
      SignedRoutes signed,
      DrainRoute drain,
      RequestVerifier verifier,
      Channel channel) {
    this.open = open;
    this.signed = signed;
    this.drain = drain;
    this.verifier = verifier;
    this.drainToken = channel.drainToken().getBytes(StandardCharsets.UTF_8);
  }

  Reply answer(Incoming request) throws InterruptedException {
    return switch (request.path()) {
      case AgentPaths.LIVE -> open.live();
      case AgentPaths.STARTED -> open.started();
      case AgentPaths.METRICS -> open.metrics();
      case AgentPaths.DRAIN -> drain(request);
      case String path when path.startsWith("/v1/") -> verified(request);
      default -> Reply.notFound("no such path: " + request.path());
    };
  }

  private Reply drain(Incoming request) throws InterruptedException {
    var token = request.header().apply(AgentPaths.DRAIN_HEADER).orElse("");
    if (!MessageDigest.isEqual(token.getBytes(StandardCharsets.UTF_8), drainToken)) {
      return Reply.problem(
          403,
          "WrongDrainToken",
          AgentPaths.DRAIN_HEADER + " is not this run's; only the pod's own preStop hook knows it");
    }
    return drain.answer();
  }

  private Reply verified(Incoming request) throws InterruptedException {
    return switch (verifier.verify(
        request.method(), request.target(), request.body(), request.header())) {
      case Rejected(var why) -> Reply.json(401, why.problem());
      case Accepted accepted -> signed.answer(request, accepted);
    };
  }
}
