package dev.cloudlet.sdk;

import dev.cloudlet.api.jobs.v1.RetryOutcome;
import java.util.List;

/**
 * What became of failed jobs that were to be retried.
 *
 * @param retried how many have a new job
 * @param refused how many were refused
 * @param refusals the first 100 that were refused, with their reasons
 */
public record RetryReport(int retried, int refused, List<RetryOutcome> refusals) {
  /** Keeps a copy of the list. */
  public RetryReport {
    refusals = List.copyOf(refusals);
  }
}
