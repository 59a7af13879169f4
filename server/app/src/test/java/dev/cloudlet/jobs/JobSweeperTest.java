package dev.cloudlet.jobs;

import static dev.cloudlet.jobs.EngineHarness.ALICE;
import static dev.cloudlet.jobs.EngineHarness.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sweeps over a store in which one job can't be dealt with. */
class JobSweeperTest {
  private volatile BiPredicate<String, Object> fails = (method, argument) -> false;
  private final InMemoryJobStore real = new InMemoryJobStore();
  private final EngineHarness world = new EngineHarness(failing());
  private final EngineHarness.Server one = world.server("one");

  @AfterEach
  void close() {
    one.engine.close();
    world.close();
  }

  private JobStore failing() {
    return (JobStore)
        Proxy.newProxyInstance(
            JobStore.class.getClassLoader(),
            new Class<?>[] {JobStore.class},
            (proxy, method, arguments) -> {
              if (arguments != null && fails.test(method.getName(), arguments[0])) {
                throw new IllegalStateException("scripted failure of " + method.getName());
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            });
  }

  @Test
  void aJobThatFailsToBeSweptKeepsNoneBehindItFromItsTurn() throws Exception {
    Job poisoned = one.submit(ALICE, 3, Duration.ofSeconds(10));
    Job behind = one.submit(BOB, 3, Duration.ofSeconds(10));
    fails = (method, argument) -> method.equals("change") && argument.equals(poisoned.id());
    world.clock.advance(Duration.ofMinutes(2));
    one.sweep();
    assertThat(world.now(behind).state()).isEqualTo(Job.State.FAILED);
    assertThat(world.now(poisoned).state()).isEqualTo(Job.State.QUEUED);
    fails = (method, argument) -> false;
    one.sweep();
    assertThat(world.awaitSettled(poisoned).state()).isEqualTo(Job.State.FAILED);
  }

  @Test
  void aJobThatCannotBeReadKeepsItsMarkAndTheOthersGoOn() throws Exception {
    Job poisoned = one.submit(ALICE, 3, Duration.ofSeconds(10));
    Job behind = one.submit(BOB, 3, Duration.ofSeconds(10));
    fails =
        (method, argument) ->
            method.equals("findAll") || (method.equals("find") && argument.equals(poisoned.id()));
    world.clock.advance(Duration.ofMinutes(2));
    one.sweep();
    assertThat(world.now(behind).state()).isEqualTo(Job.State.FAILED);
    assertThat(real.marks(Optional.empty(), 10))
        .extracting(JobMark::id)
        .isEqualTo(List.of(poisoned.id()));
  }
}
