package dev.cloudlet.jobs;

import dev.cloudlet.api.jobs.v1.ListSchedulesRequest;
import dev.cloudlet.api.jobs.v1.ListSchedulesResponse;
import dev.cloudlet.api.jobs.v1.PauseScheduleRequest;
import dev.cloudlet.api.jobs.v1.PauseScheduleResponse;
import dev.cloudlet.api.jobs.v1.ResumeScheduleRequest;
import dev.cloudlet.api.jobs.v1.ResumeScheduleResponse;
import dev.cloudlet.api.jobs.v1.RunScheduleRequest;
import dev.cloudlet.api.jobs.v1.RunScheduleResponse;
import dev.cloudlet.api.jobs.v1.ScheduleServiceGrpc;
import dev.cloudlet.kernel.mongo.PageToken;
import dev.cloudlet.kernel.rpc.Replies;
import dev.cloudlet.kernel.rpc.Timestamps;
import io.grpc.stub.StreamObserver;

/** The platform's own work that comes again and again. */
final class ScheduleService extends ScheduleServiceGrpc.ScheduleServiceImplBase {
  private final Schedules schedules;

  ScheduleService(Schedules schedules) {
    this.schedules = schedules;
  }

  @Override
  public void listSchedules(
      ListSchedulesRequest request, StreamObserver<ListSchedulesResponse> observer) {
    PageToken.Page<Schedule> page = schedules.list(request.getPageSize(), request.getPageToken());
    Replies.send(
        observer,
        ListSchedulesResponse.newBuilder()
            .addAllSchedules(page.map(ScheduleService::toProto).items())
            .setNextPageToken(page.nextPageToken())
            .build());
  }

  @Override
  public void runSchedule(
      RunScheduleRequest request, StreamObserver<RunScheduleResponse> observer) {
    JobId job = schedules.run(request.getName(), QueueService.operator(""));
    Replies.send(observer, RunScheduleResponse.newBuilder().setJobId(job.value()).build());
  }

  @Override
  public void pauseSchedule(
      PauseScheduleRequest request, StreamObserver<PauseScheduleResponse> observer) {
    Schedule paused = schedules.set(request.getName(), true, QueueService.operator(""));
    Replies.send(observer, PauseScheduleResponse.newBuilder().setSchedule(toProto(paused)).build());
  }

  @Override
  public void resumeSchedule(
      ResumeScheduleRequest request, StreamObserver<ResumeScheduleResponse> observer) {
    Schedule active = schedules.set(request.getName(), false, QueueService.operator(""));
    Replies.send(
        observer, ResumeScheduleResponse.newBuilder().setSchedule(toProto(active)).build());
  }

  private static dev.cloudlet.api.jobs.v1.Schedule toProto(Schedule schedule) {
    dev.cloudlet.api.jobs.v1.Schedule.Builder message =
        dev.cloudlet.api.jobs.v1.Schedule.newBuilder()
            .setName(schedule.id())
            .setCron(schedule.cron())
            .setPaused(schedule.paused())
            .setNextTime(Timestamps.of(schedule.nextTime()));
    schedule.lastTime().ifPresent(time -> message.setLastTime(Timestamps.of(time)));
    schedule.lastJob().ifPresent(job -> message.setLastJobId(job.value()));
    return message.build();
  }
}
