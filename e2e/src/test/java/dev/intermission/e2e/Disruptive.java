package dev.intermission.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** This test breaks what all tests share, the operator or a node, so it has the cluster alone. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface Disruptive {}
