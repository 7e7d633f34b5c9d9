/**
 * Tests of the Helm chart against a real API server: what it renders is accepted there, and allows
 * what the operator does and no more.
 */
package dev.intermission.chart;
