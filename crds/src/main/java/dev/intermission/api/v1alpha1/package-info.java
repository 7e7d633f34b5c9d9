/**
 * Owns the Kubernetes API of Intermission: the TrainingJob and its schema, as immutable values.
 *
 * <p>May touch Jackson and the annotations of the CRD generator. Must never talk to an API server,
 * read a clock, or know about S3, agents or the operator.
 */
package dev.intermission.api.v1alpha1;
