package dev.intermission.api.v1alpha1;

import java.util.Optional;

/**
 * Jackson passes null for a property that is not there; the values of this package know only {@code
 * Optional.empty()}.
 */
final class Absent {

  private Absent() {}

  static <T> Optional<T> ifNull(Optional<T> value) {
    return value == null ? Optional.empty() : value;
  }
}
