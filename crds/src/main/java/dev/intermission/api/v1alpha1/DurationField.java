package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import io.fabric8.generator.annotation.Size;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A Duration (or an Optional of one) that is written as people write it: {@code 90s}, {@code 10m},
 * {@code 1h30m}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
@JacksonAnnotationsInside
@SchemaFrom(type = String.class)
@Size(max = 32)
@interface DurationField {

  /**
   * What the API server demands; goes into a {@code @ValidationRule} of its own, which the
   * generator does not find in here.
   */
  String RULE = "self.matches('" + Durations.PATTERN + "') && self.matches('[1-9]')";

  String MESSAGE =
      "must be more than zero, in hours, minutes and seconds, such as 90s, 10m or 1h30m";
}
