package dev.intermission.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * These tests have a cluster with Kueue, which lasts as long as they do. Not the one of all others:
 * while Kueue is away, a cluster that has it takes no Job and no pod from anybody.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface WithKueue {}
