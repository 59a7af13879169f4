package dev.cloudlet.standalone.faults;

import com.google.protobuf.Message;
import dev.cloudlet.app.Platform;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One of the servers, and a connection to it. */
final class Replica implements AutoCloseable {
  private static final Duration PROBE_LIMIT = Duration.ofSeconds(5);
  private static final HttpClient PROBES = HttpClient.newHttpClient();
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final Platform platform;
  private final ManagedChannel channel;

  Replica(Platform platform) {
    this.platform = platform;
    URI address = platform.localUrl();
    this.channel =
        Grpc.newChannelBuilderForAddress(
                address.getHost(), address.getPort(), InsecureChannelCredentials.create())
            .disableRetry()
            .build();
  }

  Platform platform() {
    return platform;
  }

  URI address() {
    return platform.localUrl();
  }

  /** What a probe answers: its status and its body. */
  String probe(String path) {
    try {
      HttpResponse<String> answer =
          PROBES.send(
              HttpRequest.newBuilder(address().resolve(path)).timeout(PROBE_LIMIT).build(),
              HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** One attempt. */
  <Q extends Message, S> Outcome<S> call(
      MethodDescriptor<Q, S> method, Q request, Optional<String> token) {
    Metadata headers = new Metadata();
    token.ifPresent(bearer -> headers.put(AUTHORIZATION, "Bearer " + bearer));
    try {
      return new Outcome.Done<>(
          ClientCalls.blockingUnaryCall(
              ClientInterceptors.intercept(
                  channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
              method,
              CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS),
              request));
    } catch (StatusRuntimeException e) {
      return Outcome.of(e);
    }
  }

  /** A call that must succeed at once. */
  <Q extends Message, S> S ask(MethodDescriptor<Q, S> method, Q request, Optional<String> token) {
    Outcome<S> outcome = call(method, request, token);
    return outcome
        .response()
        .orElseThrow(() -> new AssertionError(method.getFullMethodName() + " " + outcome));
  }

  @Override
  public void close() {
    channel.shutdownNow();
    platform.close();
  }
}
