package dev.intermission.operator.storage;

import dev.intermission.control.Problem;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Keeps a job's endpoint from pointing the operator at itself or at a cloud's metadata service.
 * Looks at every address of the name; blocks on DNS, so call it from a virtual thread.
 */
final class EndpointGuard {
  private EndpointGuard() {}

  /** Why the endpoint is refused; absent when it may be asked. */
  static Optional<Problem> refuse(URI endpoint) {
    try {
      var addresses = InetAddress.getAllByName(endpoint.getHost());
      return Arrays.stream(addresses).anyMatch(EndpointGuard::internal)
          ? Optional.of(problem("EndpointRefused", endpoint, "is a loopback or link-local address"))
          : Optional.empty();
    } catch (UnknownHostException unknown) {
      return Optional.of(problem("EndpointUnreachable", endpoint, "has no address in DNS"));
    }
  }

  private static boolean internal(InetAddress address) {
    return address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isAnyLocalAddress()
        || address.isMulticastAddress();
  }

  private static Problem problem(String reason, URI endpoint, String what) {
    return new Problem(
        reason,
        "spec.checkpoint.storage.s3.endpoint: "
            + endpoint.getHost()
            + " "
            + what
            + "; name the store's own address");
  }
}
