package dev.cloudlet.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.jobs.v1.GetQueueJobRequest;
import dev.cloudlet.api.jobs.v1.ListSchedulesRequest;
import dev.cloudlet.api.jobs.v1.PauseScheduleRequest;
import dev.cloudlet.api.jobs.v1.QueueJob;
import dev.cloudlet.api.jobs.v1.QueueServiceGrpc;
import dev.cloudlet.api.jobs.v1.ResumeScheduleRequest;
import dev.cloudlet.api.jobs.v1.RunScheduleRequest;
import dev.cloudlet.api.jobs.v1.Schedule;
import dev.cloudlet.api.jobs.v1.ScheduleServiceGrpc;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The platform's own work, as its operator sees it. */
@ExtendWith(EdgePlatform.Resolver.class)
class ScheduleServiceTest {
  private static final String NAME = "storage.reminders";

  @ParameterizedTest
  @EnumSource(Wire.class)
  void aScheduleIsPausedAndResumedAndRunByHand(Wire wire, EdgePlatform platform) {
    Caller root = platform.administrator(wire);
    assertThat(schedules(root)).extracting(Schedule::getName).contains(NAME).isSorted();
    Schedule paused =
        root.ask(
                ScheduleServiceGrpc.getPauseScheduleMethod(),
                PauseScheduleRequest.newBuilder().setName(NAME).build())
            .getSchedule();
    assertThat(paused.getPaused()).isTrue();
    assertThat(paused.getCron()).isNotEmpty();
    Schedule active =
        root.ask(
                ScheduleServiceGrpc.getResumeScheduleMethod(),
                ResumeScheduleRequest.newBuilder().setName(NAME).build())
            .getSchedule();
    assertThat(active.getPaused()).isFalse();
    assertThat(active.hasNextTime()).isTrue();
    RunScheduleRequest run =
        RunScheduleRequest.newBuilder().setName(NAME).setRequestId("run-" + wire).build();
    String job = root.ask(ScheduleServiceGrpc.getRunScheduleMethod(), run).getJobId();
    assertThat(root.ask(ScheduleServiceGrpc.getRunScheduleMethod(), run).getJobId()).isEqualTo(job);
    QueueJob made =
        root.ask(
                QueueServiceGrpc.getGetQueueJobMethod(),
                GetQueueJobRequest.newBuilder().setJobId(job).build())
            .getJob();
    assertThat(made.getAccountId()).isEqualTo("usr_platform");
    assertThat(made.getJob().getKind()).isEqualTo(NAME);
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void aScheduleThatIsNotThereIsNotFound(Wire wire, EdgePlatform platform) {
    Caller root = platform.administrator(wire);
    for (Answer.Refused<?> refused :
        List.of(
            root.refusal(
                ScheduleServiceGrpc.getPauseScheduleMethod(),
                PauseScheduleRequest.newBuilder().setName("no.such").build()),
            root.refusal(
                ScheduleServiceGrpc.getRunScheduleMethod(),
                RunScheduleRequest.newBuilder().setName("no.such").build()))) {
      assertThat(refused.reason()).isEqualTo("NOT_FOUND");
    }
  }

  private static List<Schedule> schedules(Caller root) {
    return root.ask(
            ScheduleServiceGrpc.getListSchedulesMethod(), ListSchedulesRequest.getDefaultInstance())
        .getSchedulesList();
  }
}
