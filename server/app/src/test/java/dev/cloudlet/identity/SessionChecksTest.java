package dev.cloudlet.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.kernel.id.SessionId;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is remembered of a session when it ends while it is being looked up. */
class SessionChecksTest {
  private static final String EMAIL = "asha@example.com";
  private static final Set<Thread.State> AT_ITS_END =
      Set.of(Thread.State.BLOCKED, Thread.State.WAITING, Thread.State.TERMINATED);

  private final IdentityFixture cloud = new IdentityFixture();
  private final CountDownLatch found = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final SessionChecks checks =
      new SessionChecks(
          cloud.stores.accounts(), slow(cloud.stores.sessions()), cloud.signals, cloud.clock);
  private SessionId session = new SessionId("");

  @BeforeEach
  void login() {
    cloud.open(EMAIL);
    cloud.login(EMAIL);
    Account account = cloud.stores.accounts().findByEmail(new EmailAddress(EMAIL)).orElseThrow();
    session = cloud.stores.sessions().list(account.id(), cloud.clock.instant(), 10).getFirst().id();
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  /** Has read and does not say so until it may. */
  private SessionStore slow(SessionStore real) {
    return (SessionStore)
        Proxy.newProxyInstance(
            SessionStore.class.getClassLoader(),
            new Class<?>[] {SessionStore.class},
            (proxy, method, arguments) -> {
              try {
                Object answer = method.invoke(real, arguments);
                found.countDown();
                assertThat(goOn.await(10, TimeUnit.SECONDS)).isTrue();
                return answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private void endsWhileItIsRead(Consumer<SessionChecks> forgets) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<SessionChecks.Verdict> first = threads.submit(() -> checks.check(session));
      assertThat(found.await(10, TimeUnit.SECONDS)).isTrue();
      cloud.stores.sessions().end(session, cloud.clock.instant());
      Thread forgetting = Thread.ofPlatform().start(() -> forgets.accept(checks));
      // It is done, or waits for the read to be over.
      Awaitility.await().until(() -> AT_ITS_END.contains(forgetting.getState()));
      goOn.countDown();
      assertThat(forgetting.join(Duration.ofSeconds(10))).isTrue();
      assertThat(first.get(10, TimeUnit.SECONDS)).isInstanceOf(SessionChecks.Verdict.Live.class);
    }
    assertThat(checks.check(session)).isInstanceOf(SessionChecks.Verdict.Over.class);
  }

  @Test
  void oneThatEndsWhileItIsReadIsNotRemembered() throws Exception {
    endsWhileItIsRead(ended -> ended.forget(session));
  }

  @Test
  void allThatEndWhileOneIsReadAreNotRemembered() throws Exception {
    endsWhileItIsRead(SessionChecks::forgetAll);
  }
}
