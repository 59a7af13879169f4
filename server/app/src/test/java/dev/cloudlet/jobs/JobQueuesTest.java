package dev.cloudlet.jobs;

import static dev.cloudlet.jobs.EngineHarness.ALICE;
import static dev.cloudlet.jobs.EngineHarness.BOB;
import static dev.cloudlet.jobs.EngineHarness.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.IdSource;
import dev.cloudlet.kernel.mongo.PageToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an operator sees and does. */
class JobQueuesTest {
  private static final AccountId ROOT = new AccountId("usr_root");
  private static final JobQueues.Filter ALL =
      new JobQueues.Filter(Optional.empty(), Optional.empty(), Optional.empty());
  private static final String KIND = ScriptedHandler.KIND;

  private final EngineHarness world = new EngineHarness();
  private final EngineHarness.Server one = world.server("one");
  private final EngineHarness.Server two = world.server("two");
  private final JobQueues queues = one.engine.queues();
  private final AtomicInteger drawn = new AtomicInteger();

  @AfterEach
  void close() {
    one.engine.close();
    two.engine.close();
    world.close();
  }

  private Operator operator() {
    return operator(prefix -> prefix + "_r%06d".formatted(drawn.incrementAndGet()));
  }

  private static Operator operator(IdSource ids) {
    return new Operator(ROOT, "because", ids);
  }

  private Job failed(AccountId owner) throws Exception {
    one.handler.run = (job, link) -> ScriptedHandler.brokenOnce();
    Job job = one.submit(owner, 1, Duration.ofHours(1));
    one.step();
    Job settled = world.awaitSettled(job);
    one.handler.run = (again, link) -> new JobHandler.Outcome.Succeeded(new byte[0]);
    return settled;
  }

  private void ordersAgain() {
    one.handler.again =
        (failed, next, hold) ->
            one.engine
                .jobs()
                .submit(
                    new JobsApi.NewJob(
                        next,
                        failed.owner(),
                        KIND,
                        failed.subject(),
                        failed.payload(),
                        Optional.of(hold),
                        100,
                        1,
                        Duration.ofHours(1)));
  }

  @Test
  void aPausedQueueTakesJobsAndBeginsNoneOnAnyServer() throws Exception {
    queues.set(KIND, LaneSetting.Mode.PAUSED, operator());
    Job job = one.submit(ALICE);
    assertThat(one.step()).isFalse();
    one.sweep();
    assertThat(two.step()).isFalse();
    assertThat(world.now(job).attempt()).isZero();
    queues.set(KIND, LaneSetting.Mode.ACTIVE, operator());
    one.sweep();
    assertThat(two.step()).isTrue();
    world.awaitSettled(job);
  }

  @Test
  void aDrainingQueueTakesNoJobsAndWorksOffThoseThatAreThere() throws Exception {
    Job job = one.submit(ALICE);
    queues.set(KIND, LaneSetting.Mode.DRAINING, operator());
    assertThat(refusal(() -> two.submit(ALICE))).isEqualTo(ErrorReason.ERROR_REASON_QUEUE_DRAINING);
    assertThat(one.step()).isTrue();
    world.awaitSettled(job);
    assertThat(world.slots.list(Optional.empty(), 10)).isEmpty();
  }

  @Test
  void aFailedJobIsRetriedAsOneNewJobThatItNames() throws Exception {
    Job failed = failed(ALICE);
    ordersAgain();
    Job next = queues.retry(failed.id(), operator());
    assertThat(next.owner()).isEqualTo(ALICE);
    assertThat(world.now(failed).successor()).contains(new Job.Successor(next.id(), true));
    assertThat(refusal(() -> queues.retry(failed.id(), operator())))
        .isEqualTo(ErrorReason.ERROR_REASON_JOB_SUPERSEDED);
    one.step();
    assertThat(world.awaitSettled(next).state()).isEqualTo(Job.State.SUCCEEDED);
    assertThat(world.now(failed).state()).isEqualTo(Job.State.FAILED);
    assertThat(refusal(() -> queues.retry(next.id(), operator())))
        .isEqualTo(ErrorReason.ERROR_REASON_JOB_NOT_FAILED);
  }

  @Test
  void aRetryThatWasRefusedOrCutShortGoesOnUnderTheSameName() throws Exception {
    Job failed = failed(ALICE);
    List<JobId> ordered = new ArrayList<>();
    one.handler.again =
        (job, next, hold) -> {
          ordered.add(next);
          if (ordered.size() == 1) {
            throw new UnavailableException("cut", null);
          }
          throw new PlatformException(ErrorReason.ERROR_REASON_INSUFFICIENT_COINS, "poor");
        };
    assertThatThrownBy(() -> queues.retry(failed.id(), operator()))
        .isInstanceOf(UnavailableException.class);
    assertThat(refusal(() -> queues.retry(failed.id(), operator())))
        .isEqualTo(ErrorReason.ERROR_REASON_INSUFFICIENT_COINS);
    assertThat(world.now(failed).successor().filter(Job.Successor::made)).isEmpty();
    ordersAgain();
    Job next = queues.retry(failed.id(), operator());
    assertThat(ordered).containsOnly(next.id()).hasSize(2);
    assertThat(queues.actions(10, "").items())
        .extracting(OperatorAction::outcome)
        .containsExactly(
            Optional.of("done: " + next.id()),
            Optional.of("refused: INSUFFICIENT_COINS"),
            Optional.empty());
  }

  @Test
  void manyAreRetriedPageByPageAndEachIsAnsweredFor() throws Exception {
    List<Job> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      all.add(failed(i % 2 == 0 ? ALICE : BOB));
    }
    ordersAgain();
    Job before = queues.retry(all.get(0).id(), operator());
    JobQueues.Filter alices =
        new JobQueues.Filter(
            Optional.of("JOB_ATTEMPTS_EXHAUSTED"), Optional.of(ALICE), Optional.empty());
    List<JobQueues.Retried> outcomes = new ArrayList<>();
    String token = "";
    do {
      PageToken.Page<JobQueues.Retried> page = queues.retryMany(KIND, alices, 2, token, operator());
      outcomes.addAll(page.items());
      token = page.nextPageToken();
    } while (!token.isEmpty());
    assertThat(outcomes)
        .extracting(JobQueues.Retried::job)
        .containsExactly(all.get(4).id(), all.get(2).id());
    assertThat(outcomes).allMatch(one -> one.next().isPresent());
    assertThat(world.now(before).state()).isEqualTo(Job.State.QUEUED);
    assertThat(world.store.list(BOB, Optional.empty(), Optional.empty(), 10)).hasSize(2);
  }

  @Test
  void aRepetitionAfterACrashCountsWhatTheFirstRunRetried() throws Exception {
    failed(ALICE);
    failed(ALICE);
    ordersAgain();
    AtomicInteger first = new AtomicInteger();
    AtomicInteger second = new AtomicInteger();
    var done =
        queues.retryMany(KIND, ALL, 10, "", operator(p -> p + "_x" + first.incrementAndGet()));
    var again =
        queues.retryMany(KIND, ALL, 10, "", operator(p -> p + "_x" + second.incrementAndGet()));
    assertThat(done.items()).hasSize(2).isEqualTo(again.items());
    assertThat(queues.actions(10, "").items()).hasSize(1);
  }

  @Test
  void refusalsAreCountedWithTheirReasons() throws Exception {
    failed(ALICE);
    one.handler.again =
        (job, next, hold) -> {
          throw new PlatformException(ErrorReason.ERROR_REASON_INSUFFICIENT_COINS, "poor");
        };
    assertThat(queues.retryMany(KIND, ALL, 10, "", operator()).items())
        .extracting(JobQueues.Retried::refusal)
        .containsExactly(Optional.of(ErrorReason.ERROR_REASON_INSUFFICIENT_COINS));
    assertThat(queues.actions(10, "").items().getFirst().outcome())
        .contains("retried 0, refused 1");
  }

  @Test
  void theListsShowEveryAccountsJobsAndTheSweepCountsThem() throws Exception {
    Job dead = failed(ALICE);
    Job waits = one.submit(BOB);
    world.clock.advance(Duration.ofSeconds(5));
    one.submit(ALICE);
    assertThat(queues.failed(KIND, Optional.empty(), 10, "").items())
        .extracting(Job::id)
        .containsExactly(dead.id());
    assertThat(queues.failed(KIND, Optional.of(BOB), 10, "").items()).isEmpty();
    PageToken.Page<Job> first = queues.unfinished(KIND, Optional.empty(), 1, "");
    assertThat(first.items()).extracting(Job::id).containsExactly(waits.id());
    assertThat(queues.unfinished(KIND, Optional.empty(), 1, first.nextPageToken()).items())
        .hasSize(1);
    assertThat(queues.get(KIND).census()).isEmpty();
    one.sweep();
    assertThat(queues.get(KIND).census().orElseThrow().of(KIND))
        .isEqualTo(new JobCensus.Count(2, 0, 0, Optional.of(waits.createTime())));
  }

  @Test
  void anOperatorCancelsTheJobOfAnyAccountAndItIsWrittenDown() {
    Job job = one.submit(BOB);
    assertThat(queues.cancel(job.id(), operator()).state()).isEqualTo(Job.State.CANCELLED);
    assertThat(queues.actions(10, "").items())
        .singleElement()
        .returns(ROOT, OperatorAction::by)
        .returns(OperatorAction.What.CANCEL, OperatorAction::what)
        .returns(Optional.of(job.id()), OperatorAction::job)
        .returns("because", OperatorAction::note)
        .returns(Optional.of("done"), OperatorAction::outcome);
  }
}
