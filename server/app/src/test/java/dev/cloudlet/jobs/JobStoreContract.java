package dev.cloudlet.jobs;

import static dev.cloudlet.jobs.EngineHarness.ALICE;
import static dev.cloudlet.jobs.EngineHarness.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.capability.ServerId;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.NodeId;
import dev.cloudlet.wallet.HoldId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every store of jobs must do. */
abstract class JobStoreContract {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  abstract JobStore store();

  private static Job job(String id, dev.cloudlet.kernel.id.AccountId owner, String subject) {
    return new Job(
        new JobId(id),
        owner,
        "test.work",
        subject,
        new byte[] {1, 2},
        Optional.of(new HoldId("hld_1")),
        Job.State.QUEUED,
        0,
        3,
        NOW,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        25,
        false,
        1,
        NOW,
        Optional.empty(),
        Optional.empty(),
        NOW.plusSeconds(60),
        Optional.of("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        Optional.empty(),
        Optional.empty());
  }

  private boolean keep(Job job) {
    store().place(job.owner(), job.subject(), job.id());
    return store().insertIfAbsent(job);
  }

  private static Job.Lease lease(String server) {
    return new Job.Lease(new ServerId(server), NOW.plusSeconds(15));
  }

  @Test
  void aJobComesBackAsItWasKeptAndIsKeptOnce() {
    Job job = job("job_1", ALICE, "vid_1");
    assertThat(keep(job)).isTrue();
    assertThat(keep(job("job_1", BOB, "vid_2"))).isFalse();
    Job found = store().find(job.id()).orElseThrow();
    assertThat(found).usingRecursiveComparison().isEqualTo(job);
    assertThat(store().find(new JobId("job_none"))).isEmpty();
  }

  @Test
  void aChangeSetsAndClearsComponentsAndCounts() {
    Job job = job("job_1", ALICE, "vid_1");
    keep(job);
    Job running =
        store()
            .change(
                job.id(),
                JobGuard.in(Job.State.QUEUED).attempt(0),
                JobChange.to(Job.State.RUNNING)
                    .attempt(1)
                    .lease(lease("one"))
                    .node(new NodeId("nod_1"))
                    .progress(new Job.Progress(0.5, "half", Optional.of(3L)))
                    .started(Optional.of(NOW)))
            .orElseThrow();
    assertThat(running.revision()).isEqualTo(2);
    assertThat(running.lease()).contains(lease("one"));
    assertThat(running.progress().orElseThrow().remainingSeconds()).contains(3L);
    Job back =
        store()
            .change(
                job.id(),
                JobGuard.in(Job.State.RUNNING).attempt(1).heldBy(new ServerId("one")),
                JobChange.to(Job.State.QUEUED).nobody().noProgress().started(Optional.empty()))
            .orElseThrow();
    assertThat(back.lease()).isEmpty();
    assertThat(back.nodeId()).isEmpty();
    assertThat(back.progress()).isEmpty();
    assertThat(back.startTime()).isEmpty();
    assertThat(back.revision()).isEqualTo(3);
  }

  @Test
  void aGuardThatDoesNotHoldChangesNothing() {
    Job job = job("job_1", ALICE, "vid_1");
    keep(job);
    JobChange run = JobChange.to(Job.State.RUNNING).attempt(1).lease(lease("one"));
    assertThat(store().change(job.id(), JobGuard.in(Job.State.RUNNING), run)).isEmpty();
    assertThat(store().change(job.id(), JobGuard.in(Job.State.QUEUED).attempt(1), run)).isEmpty();
    assertThat(store().change(job.id(), JobGuard.in(Job.State.QUEUED), run)).isPresent();
    JobGuard running = JobGuard.in(Job.State.RUNNING, Job.State.CANCELLING).attempt(1);
    JobChange renew = JobChange.quiet().lease(lease("one"));
    assertThat(store().change(job.id(), running.heldBy(new ServerId("two")), renew)).isEmpty();
    assertThat(
            store()
                .change(
                    job.id(),
                    running.lease(new Job.Lease(new ServerId("one"), NOW.plusSeconds(16))),
                    renew))
        .isEmpty();
    assertThat(store().change(job.id(), running.lease(lease("one")), renew).orElseThrow())
        .returns(2L, Job::revision);
    assertThat(
            store()
                .change(job.id(), running.unsettled(), JobChange.visible().settled(5))
                .orElseThrow()
                .costMinor())
        .isEqualTo(5);
    assertThat(store().change(job.id(), running.unsettled(), JobChange.visible().settled(6)))
        .isEmpty();
  }

  @Test
  void ofManyWhoTakeAJobOneSucceeds() throws Exception {
    Job job = job("job_1", ALICE, "vid_1");
    keep(job);
    AtomicInteger taken = new AtomicInteger();
    CountDownLatch go = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 16; i++) {
        String server = "s" + i;
        threads.submit(
            () -> {
              go.await();
              store()
                  .change(
                      job.id(),
                      JobGuard.in(Job.State.QUEUED).attempt(0),
                      JobChange.to(Job.State.RUNNING).attempt(1).lease(lease(server)))
                  .ifPresent(now -> taken.incrementAndGet());
              return server;
            });
      }
      go.countDown();
      threads.shutdown();
      assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(taken).hasValue(1);
  }

  @Test
  void aListGivesTheOwnersJobsNewestFirst() {
    keep(job("job_1", ALICE, "vid_1"));
    keep(job("job_2", ALICE, "vid_2"));
    keep(job("job_3", BOB, "vid_1"));
    keep(job("job_4", ALICE, "vid_1"));
    assertThat(ids(store().list(ALICE, Optional.empty(), Optional.empty(), 10)))
        .containsExactly("job_4", "job_2", "job_1");
    assertThat(ids(store().list(ALICE, Optional.of("vid_1"), Optional.of(new JobId("job_4")), 10)))
        .containsExactly("job_1");
    assertThat(ids(store().list(ALICE, Optional.empty(), Optional.empty(), 1)))
        .containsExactly("job_4");
    assertThat(
            ids(store().findAll(List.of(new JobId("job_1"), new JobId("x"), new JobId("job_3")))))
        .containsExactlyInAnyOrder("job_1", "job_3");
    assertThat(store().findAll(List.of())).isEmpty();
  }

  @Test
  void pagesShowEveryJobOfTheirOwnerOnceAmongManyOfOthers() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
      for (int i = 0; i < 10_000; i++) {
        Job of = job("job_other_" + i, new AccountId("usr_" + i % 97), "vid_1");
        threads.submit(() -> keep(of));
      }
    }
    List<String> wanted = new ArrayList<>();
    for (int i = 0; i < 250; i++) {
      Job mine = job("job_%04d".formatted(i), ALICE, i % 2 == 0 ? "vid_even" : "vid_odd");
      assertThat(keep(mine)).isTrue();
      assertThat(keep(mine)).isFalse();
      wanted.addFirst(mine.id().value());
    }
    assertThat(pages(Optional.empty(), 100)).isEqualTo(wanted);
    assertThat(pages(Optional.empty(), 7)).isEqualTo(wanted);
    assertThat(pages(Optional.of("vid_odd"), 20))
        .hasSize(125)
        .isEqualTo(
            wanted.stream().filter(id -> Integer.parseInt(id.substring(4)) % 2 == 1).toList());
    assertThat(store().list(BOB, Optional.empty(), Optional.empty(), 10)).isEmpty();
  }

  @Test
  void aPlaceWithoutAJobIsSkippedAndTheJobThatComesLaterStandsThere() {
    keep(job("job_1", ALICE, "vid_1"));
    store().place(ALICE, "vid_1", new JobId("job_2"));
    keep(job("job_3", ALICE, "vid_1"));
    assertThat(ids(store().list(ALICE, Optional.empty(), Optional.empty(), 10)))
        .containsExactly("job_3", "job_1");
    keep(job("job_2", ALICE, "vid_1"));
    assertThat(ids(store().list(ALICE, Optional.empty(), Optional.empty(), 10)))
        .containsExactly("job_3", "job_2", "job_1");
  }

  private List<String> pages(Optional<String> subject, int size) {
    List<String> all = new ArrayList<>();
    Optional<JobId> after = Optional.empty();
    while (true) {
      List<String> page = ids(store().list(ALICE, subject, after, size));
      all.addAll(page);
      if (page.size() < size) {
        return all;
      }
      after = Optional.of(new JobId(page.getLast()));
    }
  }

  private static List<String> ids(List<Job> jobs) {
    return jobs.stream().map(job -> job.id().value()).toList();
  }

  @Test
  void marksArePagedFoundAndRemoved() {
    for (int i = 0; i < 5; i++) {
      JobMark mark = new JobMark(new JobId("job_" + i), i < 3 ? ALICE : BOB, "test.work", NOW);
      store().addMark(mark);
      store().addMark(mark);
    }
    assertThat(store().marks(Optional.empty(), 2)).hasSize(2);
    assertThat(store().marks(Optional.of(new JobId("job_3")), 10))
        .extracting(mark -> mark.id().value())
        .containsExactly("job_4");
    store().removeMark(new JobId("job_0"));
    store().removeMark(new JobId("job_0"));
    assertThat(store().marked(List.of(new JobId("job_0"), new JobId("job_2"), new JobId("x"))))
        .containsExactly(new JobId("job_2"));
    assertThat(store().marked(List.of())).isEmpty();
  }

  @Test
  void aMarkThatWasWrittenAnewIsNotDropped() {
    JobMark first = new JobMark(new JobId("job_1"), ALICE, "test.work", NOW);
    store().addMark(first);
    JobMark anew = new JobMark(new JobId("job_1"), ALICE, "test.work", NOW.plusSeconds(5));
    store().addMark(anew);
    assertThat(store().dropMark(first)).isFalse();
    assertThat(store().marks(Optional.empty(), 10)).containsExactly(anew);
    assertThat(store().dropMark(anew)).isTrue();
    assertThat(store().marks(Optional.empty(), 10)).isEmpty();
  }
}
