package dev.cloudlet.jobs;

import java.util.concurrent.Semaphore;

/**
 * One kind of job on this server.
 *
 * @param handler does the work
 * @param slots attempts that may run here at once
 * @param gate shut while no worker has room
 */
record JobLane(JobHandler handler, Semaphore slots, CapacityGate gate) {
  String kind() {
    return handler.kind();
  }
}
