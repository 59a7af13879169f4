package dev.cloudlet.sdk.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Message;
import com.google.rpc.ErrorInfo;
import dev.cloudlet.api.common.v1.Access;
import dev.cloudlet.api.common.v1.AccessProto;
import dev.cloudlet.api.dev.v1.ClockServiceGrpc;
import dev.cloudlet.api.dev.v1.InboxServiceGrpc;
import dev.cloudlet.api.fleet.v1.NodeServiceGrpc;
import dev.cloudlet.api.identity.v1.AuthServiceGrpc;
import dev.cloudlet.api.identity.v1.UserServiceGrpc;
import dev.cloudlet.api.jobs.v1.JobServiceGrpc;
import dev.cloudlet.api.jobs.v1.QueueServiceGrpc;
import dev.cloudlet.api.jobs.v1.ScheduleServiceGrpc;
import dev.cloudlet.api.payments.v1.PaymentServiceGrpc;
import dev.cloudlet.api.storage.v1.StorageServiceGrpc;
import dev.cloudlet.api.video.v1.VideoServiceGrpc;
import dev.cloudlet.api.wallet.v1.PricingServiceGrpc;
import dev.cloudlet.api.wallet.v1.WalletServiceGrpc;
import dev.cloudlet.sdk.Cloudlet;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rpc that the contract opens to a customer or an administrator, one by one. */
class FakeContractTest {
  private static final Set<Access> CALLABLE =
      Set.of(
          Access.ACCESS_PUBLIC,
          Access.ACCESS_USER,
          Access.ACCESS_ADMINISTRATOR,
          Access.ACCESS_REFRESH);

  private static final List<io.grpc.ServiceDescriptor> SERVICES =
      List.of(
          AuthServiceGrpc.getServiceDescriptor(),
          UserServiceGrpc.getServiceDescriptor(),
          WalletServiceGrpc.getServiceDescriptor(),
          PricingServiceGrpc.getServiceDescriptor(),
          PaymentServiceGrpc.getServiceDescriptor(),
          StorageServiceGrpc.getServiceDescriptor(),
          VideoServiceGrpc.getServiceDescriptor(),
          JobServiceGrpc.getServiceDescriptor(),
          QueueServiceGrpc.getServiceDescriptor(),
          ScheduleServiceGrpc.getServiceDescriptor(),
          NodeServiceGrpc.getServiceDescriptor(),
          InboxServiceGrpc.getServiceDescriptor(),
          ClockServiceGrpc.getServiceDescriptor());

  private static FakeCloudlet fake;
  private static ManagedChannel channel;
  private static String token;

  @BeforeAll
  static void start() {
    fake = FakeCloudlet.start();
    channel = NettyChannelBuilder.forTarget(fake.listen().substring(7)).usePlaintext().build();
    try (Cloudlet administrator = fake.signedInAdministrator("admin@example.com")) {
      token = administrator.session().orElseThrow().accessToken();
    }
  }

  @AfterAll
  static void stop() {
    channel.shutdownNow();
    fake.close();
  }

  static Stream<io.grpc.MethodDescriptor<?, ?>> callableMethods() {
    return SERVICES.stream()
        .flatMap(service -> service.getMethods().stream())
        .filter(method -> CALLABLE.contains(access(method)));
  }

  @ParameterizedTest
  @MethodSource("callableMethods")
  void isAnsweredOrRefusedInTheWordsOfTheContract(io.grpc.MethodDescriptor<?, ?> method) {
    try {
      callWithNothing(method);
    } catch (StatusRuntimeException refused) {
      assertThat(refused.getStatus().getCode())
          .as("%s: %s", method.getFullMethodName(), refused)
          .isNotIn(Status.Code.UNIMPLEMENTED, Status.Code.UNKNOWN, Status.Code.INTERNAL);
      assertThat(StatusProto.fromThrowable(refused).getDetailsList())
          .as(method.getFullMethodName())
          .anyMatch(detail -> detail.is(ErrorInfo.class));
    }
  }

  @ParameterizedTest
  @MethodSource("callableMethods")
  void asksForTheTokenThatTheContractAsksFor(io.grpc.MethodDescriptor<?, ?> method) {
    boolean open = access(method) == Access.ACCESS_PUBLIC;
    Status.Code code = Status.Code.OK;
    try {
      call(method, channel);
    } catch (StatusRuntimeException refused) {
      code = refused.getStatus().getCode();
    }
    if (open) {
      assertThat(code).as(method.getFullMethodName()).isNotEqualTo(Status.Code.UNIMPLEMENTED);
    } else {
      assertThat(code).as(method.getFullMethodName()).isEqualTo(Status.Code.UNAUTHENTICATED);
    }
  }

  /** A service that joins the contract has to join the list above. */
  @Test
  void theListOfServicesIsWhole() {
    Set<String> known =
        SERVICES.stream().map(io.grpc.ServiceDescriptor::getName).collect(Collectors.toSet());
    Set<String> missing =
        contract().stream()
            .flatMap(file -> file.getServices().stream())
            .filter(FakeContractTest::callable)
            .map(ServiceDescriptor::getFullName)
            .filter(name -> !known.contains(name))
            .collect(Collectors.toSet());

    assertThat(missing).isEmpty();
  }

  /** The clients name their rpcs by the generated classes; each of those is in the list above. */
  @Test
  void everyServiceThatAClientOfTheSdkCallsIsInTheList() throws IOException {
    Pattern service = Pattern.compile("\\b([A-Z][A-Za-z]+Service)Grpc\\.get[A-Z][A-Za-z]+Method");
    Set<String> called = new HashSet<>();
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java/dev/cloudlet/sdk"), 2)) {
      for (Path source : sources.filter(file -> file.toString().endsWith(".java")).toList()) {
        service
            .matcher(Files.readString(source))
            .results()
            .forEach(hit -> called.add(hit.group(1)));
      }
    }

    assertThat(called).hasSizeGreaterThan(7);
    assertThat(SERVICES)
        .extracting(each -> each.getName().replaceFirst(".*\\.", ""))
        .containsAll(called);
  }

  private static Set<FileDescriptor> contract() {
    Set<FileDescriptor> files = new HashSet<>();
    SERVICES.stream()
        .map(service -> (ProtoFileDescriptorSupplier) service.getSchemaDescriptor())
        .forEach(supplier -> addWithImports(supplier.getFileDescriptor(), files));
    return files;
  }

  private static void addWithImports(FileDescriptor file, Set<FileDescriptor> files) {
    if (files.add(file)) {
      file.getDependencies().forEach(imported -> addWithImports(imported, files));
    }
  }

  private static boolean callable(ServiceDescriptor service) {
    return service.getMethods().stream().map(FakeContractTest::access).anyMatch(CALLABLE::contains);
  }

  private static Access access(io.grpc.MethodDescriptor<?, ?> method) {
    return access(
        ((ProtoMethodDescriptorSupplier) method.getSchemaDescriptor()).getMethodDescriptor());
  }

  private static Access access(MethodDescriptor method) {
    return method.getOptions().getExtension(AccessProto.access);
  }

  private static void callWithNothing(io.grpc.MethodDescriptor<?, ?> method) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    call(
        method,
        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)));
  }

  private static <Q, S> void call(io.grpc.MethodDescriptor<Q, S> method, Channel over) {
    Q nothing = method.parseRequest(new ByteArrayInputStream(new byte[0]));
    assertThat(nothing).isInstanceOf(Message.class);
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS);
    if (method.getType() == io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING) {
      ClientCalls.blockingServerStreamingCall(over, method, options, nothing).hasNext();
    } else {
      ClientCalls.blockingUnaryCall(over, method, options, nothing);
    }
  }
}
