package dev.cloudlet.jobs;

import java.time.InstantSource;

class InMemoryJobQueueTest extends JobQueueContract {
  private final InMemoryJobQueue queue = new InMemoryJobQueue(BOUNDS, InstantSource.system());

  @Override
  JobQueue queue() {
    return queue;
  }

  @Override
  void wipe() {
    queue.wipe();
  }
}
