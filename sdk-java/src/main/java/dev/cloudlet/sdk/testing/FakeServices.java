package dev.cloudlet.sdk.testing;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.cloudlet.api.common.v1.Access;
import dev.cloudlet.api.common.v1.AccessProto;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.identity.v1.Role;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts tokens, access, scripted failures and request ids before the fake's methods. */
final class FakeServices {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Context.Key<String> BEARER = Context.key("fake-cloudlet-bearer");
  private static final int MAX_KEY = 200;

  private final FakeWorld world;
  private final FakeSessions sessions;
  private final FakeJobs jobs;

  FakeServices(FakeWorld world, FakeSessions sessions, FakeJobs jobs) {
    this.world = world;
    this.sessions = sessions;
    this.jobs = jobs;
  }

  List<ServerServiceDefinition> definitions(
      List<FakeMethod<?, ?>> methods, List<FakeStream<?, ?>> streams) {
    Map<String, ServerServiceDefinition.Builder> services = new LinkedHashMap<>();
    for (FakeMethod<?, ?> method : methods) {
      add(services, method);
    }
    for (FakeStream<?, ?> stream : streams) {
      add(services, stream);
    }
    return services.values().stream()
        .map(service -> ServerInterceptors.intercept(service.build(), new BearerInterceptor()))
        .toList();
  }

  private <Q extends Message, S extends Message> void add(
      Map<String, ServerServiceDefinition.Builder> services, FakeStream<Q, S> stream) {
    String service = String.valueOf(stream.descriptor().getServiceName());
    builder(services, service)
        .addMethod(
            stream.descriptor(),
            ServerCalls.asyncServerStreamingCall(
                (request, observer) -> watch(stream, request, observer)));
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
    FakeCall call = call(method.descriptor());
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

  /** Who calls; refused unless the contract lets him. */
  private FakeCall call(MethodDescriptor<?, ?> method) {
    if (!(method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier schema)) {
      throw new IllegalArgumentException(method.getFullMethodName() + " is not of the contract");
    }
    Access access = schema.getMethodDescriptor().getOptions().getExtension(AccessProto.access);
    FakeCall call = sessions.call(Optional.ofNullable(BEARER.get()), access);
    if (access == Access.ACCESS_ADMINISTRATOR && call.caller().role != Role.ROLE_ADMINISTRATOR) {
      throw new FakeRefusal(
          ErrorReason.ERROR_REASON_PERMISSION_DENIED, "Only an administrator may do this.");
    }
    if (access == Access.ACCESS_USER && call.account().isEmpty()) {
      throw new FakeRefusal(ErrorReason.ERROR_REASON_UNAUTHENTICATED, "Log in first.");
    }
    return call;
  }

  /** Blocks a virtual thread of the server until the stream is over or the caller is gone. */
  private <Q extends Message, S extends Message> void watch(
      FakeStream<Q, S> stream, Q request, StreamObserver<S> observer) {
    String name = stream.descriptor().getFullMethodName();
    try {
      FakeStream.Watch<S> open;
      synchronized (world) {
        world.received(name, request);
        world.nextScripted(name).ifPresent(FakeServices::refuse);
        open = stream.opening().open(call(stream.descriptor()), request);
      }
      follow(name, open, observer);
    } catch (FakeRefusal refusal) {
      observer.onError(refusal.toStatus());
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
      observer.onError(io.grpc.Status.UNAVAILABLE.withDescription("closing").asException());
    }
  }

  private <S> void follow(String name, FakeStream.Watch<S> open, StreamObserver<S> observer)
      throws InterruptedException {
    Context context = Context.current();
    while (!context.isCancelled()) {
      Optional<S> news;
      boolean over;
      boolean work;
      synchronized (world) {
        news = open.news();
        over = open.over();
        work = jobs.work();
        if (news.isEmpty()) {
          world.nextScripted(name).ifPresent(FakeServices::refuse);
        }
      }
      news.ifPresent(observer::onNext);
      if (over) {
        observer.onCompleted();
        return;
      }
      if (news.isEmpty()) {
        world.awaitChange(jobs.step(), work);
      }
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
