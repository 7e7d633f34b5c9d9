package dev.intermission.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** This test breaks what others share, so it has these parts of the cluster alone. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface Disruptive {
  ClusterPart[] value();
}
