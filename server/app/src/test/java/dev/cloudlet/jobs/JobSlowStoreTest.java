package dev.cloudlet.jobs;

import static dev.cloudlet.jobs.EngineHarness.ALICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.kernel.error.UnavailableException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Submitting to a store whose operations take long. */
class JobSlowStoreTest {
  private final Map<String, Duration> takes = new HashMap<>();
  private final List<String> done = new ArrayList<>();
  private final InMemoryJobStore real = new InMemoryJobStore();
  private final EngineHarness world = new EngineHarness(slow());
  private final EngineHarness.Server one = world.server("one");

  @AfterEach
  void close() {
    one.engine.close();
    world.close();
  }

  private JobStore slow() {
    return (JobStore)
        Proxy.newProxyInstance(
            JobStore.class.getClassLoader(),
            new Class<?>[] {JobStore.class},
            (proxy, method, arguments) -> {
              world().clock.advance(takes.getOrDefault(method.getName(), Duration.ZERO));
              done.add(method.getName());
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            });
  }

  private EngineHarness world() {
    return world;
  }

  @Test
  void nothingButTheInsertComesBetweenTheMarkAndTheJob() {
    one.submit(ALICE);
    assertThat(done).containsSubsequence("place", "addMark", "insertIfAbsent");
    assertThat(done.indexOf("insertIfAbsent")).isEqualTo(done.indexOf("addMark") + 1);
  }

  @Test
  void aJobWhosePlaceWasLongInComingIsRefusedAndNotKept() {
    takes.put("place", Duration.ofSeconds(21));
    assertThatThrownBy(() -> one.submit(ALICE)).isInstanceOf(UnavailableException.class);
    assertThat(done).doesNotContain("insertIfAbsent");
  }

  @Test
  void theSlowestSubmissionThatIsAcceptedKeepsItsMark() throws Exception {
    takes.put("place", Duration.ofSeconds(10));
    takes.put("addMark", Duration.ofSeconds(10));
    takes.put("insertIfAbsent", Duration.ofSeconds(20));
    Job job = one.submit(ALICE);
    JobMark mark = real.marks(Optional.empty(), 10).getFirst();
    assertThat(mark.id()).isEqualTo(job.id());
    assertThat(mark.createTime().plus(JobSweeper.MARK_GRACE)).isAfter(world.clock.instant());
  }
}
