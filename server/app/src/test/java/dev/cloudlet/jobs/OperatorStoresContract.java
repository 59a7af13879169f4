package dev.cloudlet.jobs;

import static dev.cloudlet.jobs.EngineHarness.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every store for the operator must do. */
abstract class OperatorStoresContract {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  abstract OperatorStores stores();

  private static OperatorAction action(int number) {
    return new OperatorAction(
        new OperatorActionId("act_%04d".formatted(number)),
        NOW.plusSeconds(number),
        ALICE,
        OperatorAction.What.CANCEL,
        "test.work",
        Optional.of(new JobId("job_1")),
        "why",
        Optional.empty());
  }

  @Test
  void aSettingIsTheLastOneThatWasPut() {
    LaneStore lanes = stores().lanes();
    assertThat(lanes.find("a")).isEmpty();
    lanes.put(new LaneSetting("a", LaneSetting.Mode.PAUSED, NOW));
    lanes.put(new LaneSetting("a", LaneSetting.Mode.DRAINING, NOW.plusSeconds(1)));
    assertThat(lanes.find("a"))
        .contains(new LaneSetting("a", LaneSetting.Mode.DRAINING, NOW.plusSeconds(1)));
    assertThat(lanes.is("a", LaneSetting.Mode.DRAINING)).isTrue();
    assertThat(lanes.is("b", LaneSetting.Mode.PAUSED)).isFalse();
  }

  @Test
  void failedJobsAreListedByKindTheLastFirstAndOnce() {
    FailedJobStore failed = stores().failed();
    for (int i = 0; i < 5; i++) {
      failed.add("a", new JobId("job_" + i));
      failed.add("a", new JobId("job_" + i));
    }
    failed.add("b", new JobId("job_b"));
    List<JobId> walked = new ArrayList<>();
    Optional<JobId> before = Optional.empty();
    List<JobId> page = failed.list("a", before, 2);
    while (!page.isEmpty()) {
      walked.addAll(page);
      page = failed.list("a", Optional.of(page.getLast()), 2);
    }
    assertThat(walked)
        .extracting(JobId::value)
        .containsExactly("job_4", "job_3", "job_2", "job_1", "job_0");
    assertThat(failed.list("none", Optional.empty(), 2)).isEmpty();
  }

  @Test
  void anActionIsKeptOnceAndItsOutcomeIsTheFirst() {
    OperatorActionStore actions = stores().actions();
    actions.add(action(1));
    actions.add(action(1));
    actions.conclude(action(1).id(), "done");
    actions.conclude(action(1).id(), "otherwise");
    actions.conclude(action(9).id(), "nobody did that");
    OperatorAction kept = actions.list(Optional.empty(), 10).getFirst();
    assertThat(actions.list(Optional.empty(), 10)).hasSize(1);
    assertThat(kept.outcome()).contains("done");
    assertThat(kept).usingRecursiveComparison().ignoringFields("outcome").isEqualTo(action(1));
  }

  @Test
  void theLastActionsStayAndTheOldOnesGo() {
    OperatorActionStore actions = stores().actions();
    for (int i = 0; i < 20; i++) {
      actions.add(action(i));
    }
    assertThat(actions.list(Optional.of(action(10).id()), 2))
        .extracting(OperatorAction::id)
        .containsExactly(action(9).id(), action(8).id());
    actions.trim(NOW.plus(Duration.ofSeconds(5)), 10);
    assertThat(actions.list(Optional.empty(), 100)).hasSize(10);
    assertThat(actions.list(Optional.empty(), 1).getFirst().id()).isEqualTo(action(19).id());
    actions.trim(NOW.plus(Duration.ofSeconds(18)), 10);
    assertThat(actions.list(Optional.empty(), 100)).hasSize(2);
  }
}
