package dev.cloudlet.video;

import static dev.cloudlet.video.VideoFixture.ANNA;
import static dev.cloudlet.video.VideoFixture.BEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.storage.StorageApi;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LeftoversTest {
  private final VideoFixture world = new VideoFixture();
  private final Set<AccountId> closed = new HashSet<>();
  private final Leftovers leftovers = new Leftovers(world.garbage, storage(), world.world.clock);
  private int calls;

  // The storage of an owner in `closed` answers as an expired customer's store does.
  private StorageApi storage() {
    return (StorageApi)
        Proxy.newProxyInstance(
            StorageApi.class.getClassLoader(),
            new Class<?>[] {StorageApi.class},
            (proxy, method, arguments) -> {
              calls++;
              if (closed.contains((AccountId) arguments[0])) {
                throw new IllegalStateException("403 AccessDenied");
              }
              try {
                return method.invoke(world.storage, arguments);
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            });
  }

  private Instant now() {
    return world.world.clock.instant();
  }

  private void note(AccountId owner, String prefix) {
    world.garbage.note(Garbage.of(owner, "videos", prefix, now(), now()));
  }

  @Test
  void anOwnerWhoseStoreRefusesKeepsNobodyElsesLeftoversFromRemoval() {
    closed.add(BEN);
    note(BEN, "hls/first/");
    note(ANNA, "hls/x/1/");
    world.put("hls/x/1/a.m4s", "a");
    leftovers.sweep();
    assertThat(world.storage.measure(ANNA, "videos", "hls/x/1/").count()).isZero();
    assertThat(world.garbage.due(now(), 9)).isEmpty();
    assertThat(world.garbage.due(now().plus(Duration.ofDays(2)), 9))
        .extracting(Garbage::owner)
        .containsExactly(BEN);
  }

  @Test
  void whatKeepsFailingIsTriedLessAndLessOftenAndNeverForgotten() {
    closed.add(BEN);
    note(BEN, "hls/first/");
    for (int hour = 0; hour < 24 * 30; hour++) {
      leftovers.sweep();
      world.world.clock.advance(Duration.ofHours(1));
    }
    assertThat(calls).isBetween(20, 50);
    closed.clear();
    world.world.enabled(BEN, "videos");
    world.world.clock.advance(Duration.ofDays(1));
    leftovers.sweep();
    assertThat(world.garbage.due(now().plus(Duration.ofDays(99)), 9)).isEmpty();
  }
}
