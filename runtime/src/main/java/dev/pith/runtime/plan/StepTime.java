package dev.pith.runtime.plan;

/**
 * How long a step took in one run.
 *
 * @param step the step
 * @param nanos nanoseconds on the clock, whatever the number of threads
 */
public record StepTime(Step step, long nanos) {}
