package dev.cloudlet.jobs;

import java.util.concurrent.Semaphore;

/**
 * One kind of job on this server.
 *
 * @param handler does the work
 * @param slots attempts that may run here at once
 * @param joins attempts of other servers that may be taken over here at once: they run already, and
 *     a slot is held by whoever waits for a new one
 * @param gate shut while no worker has room
 */
record JobLane(JobHandler handler, Semaphore slots, Semaphore joins, CapacityGate gate) {
  String kind() {
    return handler.kind();
  }
}
