package dev.cloudlet.sdk;

import dev.cloudlet.api.jobs.v1.ListSchedulesRequest;
import dev.cloudlet.api.jobs.v1.ListSchedulesResponse;
import dev.cloudlet.api.jobs.v1.PauseScheduleRequest;
import dev.cloudlet.api.jobs.v1.ResumeScheduleRequest;
import dev.cloudlet.api.jobs.v1.RunScheduleRequest;
import dev.cloudlet.api.jobs.v1.Schedule;
import dev.cloudlet.api.jobs.v1.ScheduleServiceGrpc;
import dev.cloudlet.sdk.internal.Caller;

/** The platform's own work that comes again and again, for administrators. */
public final class SchedulesClient {
  private static final int PAGE_SIZE = 100;

  private final Caller caller;

  SchedulesClient(Caller caller) {
    this.caller = caller;
  }

  /** {@return every schedule, by name} */
  public Paged<Schedule> list() {
    return new Paged<>(
        token -> {
          ListSchedulesResponse answer =
              caller.call(
                  ScheduleServiceGrpc.getListSchedulesMethod(),
                  ListSchedulesRequest.newBuilder()
                      .setPageSize(PAGE_SIZE)
                      .setPageToken(token)
                      .build());
          return new Paged.Page<>(answer.getSchedulesList(), answer.getNextPageToken());
        });
  }

  /**
   * Makes a schedule's job now, beside its times.
   *
   * @param name such as {@code storage.reminders}
   * @return the job's id, for {@link QueuesClient#job}
   * @throws NotFoundException if there is no such schedule
   */
  public String run(String name) {
    return caller
        .call(
            ScheduleServiceGrpc.getRunScheduleMethod(),
            RunScheduleRequest.newBuilder().setName(name).build())
        .getJobId();
  }

  /**
   * Makes no jobs until the schedule is resumed.
   *
   * @param name such as {@code storage.reminders}
   * @return the schedule, paused
   */
  public Schedule pause(String name) {
    return caller
        .call(
            ScheduleServiceGrpc.getPauseScheduleMethod(),
            PauseScheduleRequest.newBuilder().setName(name).build())
        .getSchedule();
  }

  /**
   * Makes jobs again, from the schedule's next time on.
   *
   * @param name such as {@code storage.reminders}
   * @return the schedule, with its next time
   */
  public Schedule resume(String name) {
    return caller
        .call(
            ScheduleServiceGrpc.getResumeScheduleMethod(),
            ResumeScheduleRequest.newBuilder().setName(name).build())
        .getSchedule();
  }
}
