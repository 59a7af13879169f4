package dev.cloudlet.jobs;

import dev.cloudlet.capability.ServerId;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.redis.Signals;
import dev.cloudlet.kernel.time.Background;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.slf4j.LoggerFactory;

/**
 * What the engine stands on.
 *
 * @param random jitter of the back-off
 * @param telemetry counts and traces
 * @param operator what is kept for the operator
 * @param instance this server among its replicas
 */
record EngineParts(
    JobStore store,
    JobSlotStore slots,
    JobQueue queue,
    Signals signals,
    Background background,
    InstantSource clock,
    RandomGenerator random,
    EngineRun run,
    JobTelemetry telemetry,
    OperatorStores operator,
    ServerId instance) {

  static JobQueue.Entry entry(Job job) {
    return new JobQueue.Entry(job.id(), job.owner(), job.kind(), job.createTime());
  }

  /** Nothing is left to be done for the job: its mark goes, and then it is counted no longer. */
  void forget(JobId id, AccountId owner) {
    store.removeMark(id);
    slots.release(owner, id);
  }

  /** Queues the job; if the transport is away the sweeper does it later. */
  void queueQuietly(Job job) {
    try {
      queue.add(entry(job));
    } catch (UnavailableException e) {
      LoggerFactory.getLogger(EngineParts.class)
          .atWarn()
          .addKeyValue("job", job.id())
          .setCause(e)
          .log("job not queued now; the sweeper will queue it");
    }
  }
}
