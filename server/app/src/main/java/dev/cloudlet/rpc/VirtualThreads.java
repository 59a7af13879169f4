package dev.cloudlet.rpc;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The server library wants a ScheduledExecutorService for blocking work and the JDK has none of
 * virtual threads: tasks run on a new virtual thread each, delays are counted by one platform
 * thread that only hands over.
 */
final class VirtualThreads extends AbstractExecutorService implements ScheduledExecutorService {
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("call-", 0).factory());
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("call-timer").factory());

  @Override
  public void execute(Runnable command) {
    threads.execute(command);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    return timer.schedule(() -> threads.execute(command), delay, unit);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
    return new Delegated<>(timer.schedule(() -> threads.submit(callable), delay, unit));
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialDelay, long period, TimeUnit unit) {
    return timer.scheduleAtFixedRate(() -> threads.execute(command), initialDelay, period, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialDelay, long delay, TimeUnit unit) {
    return timer.scheduleWithFixedDelay(() -> threads.execute(command), initialDelay, delay, unit);
  }

  @Override
  public void shutdown() {
    timer.shutdown();
    threads.shutdown();
  }

  @Override
  public List<Runnable> shutdownNow() {
    timer.shutdownNow();
    return threads.shutdownNow();
  }

  @Override
  public boolean isShutdown() {
    return threads.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return threads.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return threads.awaitTermination(timeout, unit);
  }

  /** The delay counts down to a task whose own future gives the value. */
  private record Delegated<V>(ScheduledFuture<Future<V>> delay) implements ScheduledFuture<V> {
    @Override
    public long getDelay(TimeUnit unit) {
      return delay.getDelay(unit);
    }

    @Override
    public int compareTo(Delayed other) {
      return delay.compareTo(other);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      return delay.cancel(mayInterruptIfRunning);
    }

    @Override
    public boolean isCancelled() {
      return delay.isCancelled();
    }

    @Override
    public boolean isDone() {
      return delay.isDone() && delay.resultNow().isDone();
    }

    @Override
    public V get() throws InterruptedException, ExecutionException {
      return delay.get().get();
    }

    @Override
    public V get(long timeout, TimeUnit unit)
        throws InterruptedException, ExecutionException, TimeoutException {
      return delay.get(timeout, unit).get(timeout, unit);
    }
  }
}
