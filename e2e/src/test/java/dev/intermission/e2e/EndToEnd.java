package dev.intermission.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Tests on the real cluster. Their parameters may be the {@link TestBed} and a {@link Team}: a
 * namespace of its own. They run beside each other, except where one is {@link Disruptive} for
 * another.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(TestBedExtension.class)
@ResourceLock(providers = ClusterUse.class)
@interface EndToEnd {}
