package dev.cloudlet.jobs;

import dev.cloudlet.kernel.id.NodeId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which components of a job get which values; an empty value clears the component. Immutable.
 *
 * @param values by component name
 * @param counted whether the revision grows, which wakes watchers; a renewed lease does not
 */
record JobChange(Map<String, Optional<Object>> values, boolean counted) {
  JobChange {
    values = Map.copyOf(values);
  }

  static JobChange to(Job.State state) {
    return new JobChange(Map.of("state", Optional.of(state)), true);
  }

  static JobChange visible() {
    return new JobChange(Map.of(), true);
  }

  static JobChange quiet() {
    return new JobChange(Map.of(), false);
  }

  private JobChange with(String component, Optional<Object> value) {
    Map<String, Optional<Object>> more = new LinkedHashMap<>(values);
    more.put(component, value);
    return new JobChange(more, counted);
  }

  JobChange attempt(int number) {
    return with("attempt", Optional.of(number));
  }

  JobChange maxAttempts(int number) {
    return with("maxAttempts", Optional.of(number));
  }

  JobChange notBefore(Instant time) {
    return with("notBefore", Optional.of(time));
  }

  JobChange lease(Job.Lease lease) {
    return with("lease", Optional.of(lease));
  }

  JobChange node(NodeId nodeId) {
    return with("nodeId", Optional.of(nodeId));
  }

  /** No lease and no node: nobody runs it. */
  JobChange nobody() {
    return with("lease", Optional.empty()).with("nodeId", Optional.empty());
  }

  JobChange noNode() {
    return with("nodeId", Optional.empty());
  }

  JobChange progress(Job.Progress progress) {
    return with("progress", Optional.of(progress));
  }

  JobChange noProgress() {
    return with("progress", Optional.empty());
  }

  JobChange failure(Job.Failure failure) {
    return with("failure", Optional.of(failure));
  }

  JobChange result(byte[] result) {
    return with("result", Optional.of(result));
  }

  JobChange settled(long costMinor) {
    return with("settled", Optional.of(true)).with("costMinor", Optional.of(costMinor));
  }

  JobChange successor(Job.Successor next) {
    return with("successor", Optional.of(next));
  }

  JobChange started(Optional<Instant> time) {
    return with("startTime", time.map(t -> t));
  }

  JobChange ended(Instant time) {
    return with("endTime", Optional.of(time));
  }

  /** {@code job} as it is after this change. */
  Job applyTo(Job job) {
    return new Job(
        job.id(),
        job.owner(),
        job.kind(),
        job.subject(),
        job.payload(),
        job.holdId(),
        one("state", job.state()),
        one("attempt", job.attempt()),
        one("maxAttempts", job.maxAttempts()),
        one("notBefore", job.notBefore()),
        maybe("lease", job.lease()),
        maybe("nodeId", job.nodeId()),
        maybe("progress", job.progress()),
        maybe("failure", job.failure()),
        maybe("result", job.result()),
        one("costMinor", job.costMinor()),
        one("settled", job.settled()),
        counted ? job.revision() + 1 : job.revision(),
        job.createTime(),
        maybe("startTime", job.startTime()),
        maybe("endTime", job.endTime()),
        job.deadline(),
        job.trace(),
        maybe("successor", job.successor()),
        job.runTime());
  }

  @SuppressWarnings("unchecked")
  private <T> T one(String component, T old) {
    Optional<Object> value = values.get(component);
    return value == null ? old : (T) value.orElseThrow();
  }

  @SuppressWarnings("unchecked")
  private <T> Optional<T> maybe(String component, Optional<T> old) {
    Optional<Object> value = values.get(component);
    return value == null ? old : (Optional<T>) value;
  }
}
