package dev.cloudlet.sdk.testing;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.jobs.v1.Job;
import dev.cloudlet.api.jobs.v1.JobServiceGrpc;
import dev.cloudlet.api.jobs.v1.WatchJobRequest;
import dev.cloudlet.api.jobs.v1.WatchJobResponse;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts tokens, scripted failures and request ids before the fake's methods. */
final class FakeServices {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Context.Key<String> BEARER = Context.key("fake-cloudlet-bearer");
  private static final String REFRESH = "cloudlet.identity.v1.AuthService/RefreshSession";
  private static final int MAX_KEY = 200;

  private final FakeWorld world;
  private final FakeIdentity identity;
  private final FakeJobs jobs;

  FakeServices(FakeWorld world, FakeIdentity identity, FakeJobs jobs) {
    this.world = world;
    this.identity = identity;
    this.jobs = jobs;
  }

  List<ServerServiceDefinition> definitions(List<FakeMethod<?, ?>> methods) {
    Map<String, ServerServiceDefinition.Builder> services = new LinkedHashMap<>();
    for (FakeMethod<?, ?> method : methods) {
      add(services, method);
    }
    builder(services, JobServiceGrpc.SERVICE_NAME)
        .addMethod(
            JobServiceGrpc.getWatchJobMethod(), ServerCalls.asyncServerStreamingCall(this::watch));
    return services.values().stream()
        .map(service -> ServerInterceptors.intercept(service.build(), new BearerInterceptor()))
        .toList();
  }

  private <Q extends Message, S extends Message> void add(
      Map<String, ServerServiceDefinition.Builder> services, FakeMethod<Q, S> method) {
    String service = String.valueOf(method.descriptor().getServiceName());
    builder(services, service)
        .addMethod(
            method.descriptor(),
            ServerCalls.asyncUnaryCall((request, observer) -> serve(method, request, observer)));
  }

  private static ServerServiceDefinition.Builder builder(
      Map<String, ServerServiceDefinition.Builder> services, String name) {
    return services.computeIfAbsent(name, ServerServiceDefinition::builder);
  }

  private <Q extends Message, S extends Message> void serve(
      FakeMethod<Q, S> method, Q request, StreamObserver<S> observer) {
    S response;
    try {
      synchronized (world) {
        response = run(method, request);
      }
    } catch (FakeRefusal refusal) {
      observer.onError(refusal.toStatus());
      return;
    }
    observer.onNext(response);
    observer.onCompleted();
  }

  @SuppressWarnings("unchecked") // What was kept for a method is a response of that method.
  private <Q extends Message, S extends Message> S run(FakeMethod<Q, S> method, Q request) {
    String name = method.descriptor().getFullMethodName();
    world.received(name, request);
    Optional<FakeWorld.Scripted> scripted = world.nextScripted(name);
    scripted.filter(failure -> !failure.afterwards()).ifPresent(FakeServices::refuse);
    FakeCall call = call(name);
    FieldDescriptor field = request.getDescriptorForType().findFieldByName("request_id");
    String requestId = field == null ? "" : (String) request.getField(field);
    String key = String.join("|", call.account().map(a -> a.id).orElse(""), name, requestId);
    boolean remembered = !requestId.isEmpty() && key.length() <= MAX_KEY;
    Optional<Message> before = remembered ? world.answered(key, request) : Optional.empty();
    S response = before.isPresent() ? (S) before.get() : method.handler().handle(call, request);
    if (remembered) {
      world.answer(key, request, response);
    }
    scripted.ifPresent(FakeServices::refuse);
    return response;
  }

  private static void refuse(FakeWorld.Scripted failure) {
    throw new FakeRefusal(failure.reason(), "The test wanted this to fail: " + failure.reason());
  }

  private FakeCall call(String method) {
    Optional<String> bearer = Optional.ofNullable(BEARER.get());
    if (method.equals(REFRESH)) {
      return new FakeCall(bearer, Optional.empty());
    }
    Optional<FakeAccount> account = bearer.flatMap(identity::account);
    if (bearer.isPresent() && account.isEmpty()) {
      throw new FakeRefusal(ErrorReason.ERROR_REASON_UNAUTHENTICATED, "The token is not valid.");
    }
    return new FakeCall(bearer, account);
  }

  /** Blocks a virtual thread of the server until the job has ended or the caller is gone. */
  private void watch(WatchJobRequest request, StreamObserver<WatchJobResponse> observer) {
    String name = JobServiceGrpc.getWatchJobMethod().getFullMethodName();
    Context context = Context.current();
    try {
      FakeAccount account;
      synchronized (world) {
        world.received(name, request);
        world.nextScripted(name).ifPresent(FakeServices::refuse);
        account = call(name).caller();
      }
      long revision = request.getAfterRevision();
      while (!context.isCancelled()) {
        Optional<Job> news;
        boolean runs;
        Optional<FakeWorld.Scripted> broken;
        synchronized (world) {
          news = jobs.changed(account, request.getJobId(), revision);
          runs = jobs.runs(request.getJobId());
          broken = news.isPresent() ? Optional.empty() : world.nextScripted(name);
        }
        broken.ifPresent(FakeServices::refuse);
        if (news.isPresent()) {
          revision = news.get().getRevision();
          observer.onNext(WatchJobResponse.newBuilder().setJob(news.get()).build());
        }
        if (!runs) {
          observer.onCompleted();
          return;
        }
        if (news.isEmpty()) {
          world.awaitChange(jobs.step());
        }
      }
    } catch (FakeRefusal refusal) {
      observer.onError(refusal.toStatus());
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
      observer.onError(io.grpc.Status.UNAVAILABLE.withDescription("closing").asException());
    }
  }

  /** Puts the token where the methods find it. */
  private static final class BearerInterceptor implements ServerInterceptor {
    @Override
    public <Q, S> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
      String header = headers.get(AUTHORIZATION);
      if (header == null || !header.startsWith("Bearer ")) {
        return next.startCall(call, headers);
      }
      Context context = Context.current().withValue(BEARER, header.substring("Bearer ".length()));
      return Contexts.interceptCall(context, call, headers, next);
    }
  }
}
