package dev.intermission.operator.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointGuardTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:9000",
        "http://localhost:9000",
        "http://169.254.169.254",
        "http://[::1]:9000",
        "http://0.0.0.0:9000"
      })
  void endpointOfTheOperatorItselfOrOfACloudsMetadataIsRefused(String endpoint) {
    assertThat(EndpointGuard.refuse(URI.create(endpoint)))
        .hasValueSatisfying(problem -> assertThat(problem.reason()).isEqualTo("EndpointRefused"));
  }

  @Test
  void ordinaryAddressPasses() {
    assertThat(EndpointGuard.refuse(URI.create("http://10.96.0.20:9000"))).isEmpty();
  }
}
