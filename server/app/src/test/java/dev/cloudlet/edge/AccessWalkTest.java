package dev.cloudlet.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Message;
import dev.cloudlet.api.common.v1.Access;
import dev.cloudlet.api.common.v1.AccessProto;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every rpc of every service, called by everybody with an empty request. */
@ExtendWith(EdgePlatform.Resolver.class)
class AccessWalkTest {
  private static final Set<Status.Code> FAULTS =
      Set.of(Status.Code.INTERNAL, Status.Code.UNKNOWN, Status.Code.UNIMPLEMENTED);

  private record Rpc<Q extends Message, S extends Message>(
      MethodDescriptor<Q, S> method, Q empty, Access access) {
    Answer<S> by(Caller caller) {
      return caller.call(method, empty);
    }
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void withoutATokenOnlyPublicRpcsAreReached(Wire wire, EdgePlatform platform) {
    Caller anonymous = platform.anonymous(wire);
    for (Rpc<?, ?> rpc : rpcs(platform, wire)) {
      expect(rpc, rpc.by(anonymous), Set.of(Access.ACCESS_PUBLIC), Status.Code.UNAUTHENTICATED);
    }
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void aCustomerReachesWhatIsForCustomersAndNothingMore(Wire wire, EdgePlatform platform) {
    Caller customer = platform.customer(wire);
    for (Rpc<?, ?> rpc : rpcs(platform, wire)) {
      if (!endsTheSession(rpc)) {
        expect(
            rpc,
            rpc.by(customer),
            Set.of(Access.ACCESS_PUBLIC, Access.ACCESS_USER),
            Status.Code.PERMISSION_DENIED);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void anAdministratorReachesWhatIsForAccountsButIsNoNode(Wire wire, EdgePlatform platform) {
    Caller administrator = platform.administrator(wire);
    for (Rpc<?, ?> rpc : rpcs(platform, wire)) {
      if (!endsTheSession(rpc)) {
        expect(
            rpc,
            rpc.by(administrator),
            Set.of(Access.ACCESS_PUBLIC, Access.ACCESS_USER, Access.ACCESS_ADMINISTRATOR),
            Status.Code.PERMISSION_DENIED);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void aNodeReachesWhatIsForNodesAndNoCustomersThings(Wire wire, EdgePlatform platform) {
    Caller node = platform.node(wire);
    for (Rpc<?, ?> rpc : rpcs(platform, wire)) {
      expect(
          rpc,
          rpc.by(node),
          Set.of(Access.ACCESS_PUBLIC, Access.ACCESS_NODE),
          Status.Code.PERMISSION_DENIED);
    }
  }

  /** A capability that is wired in the server has to be wired here as well. */
  @Test
  void everyServiceOfTheContractIsWalked(EdgePlatform platform) throws IOException {
    Set<String> served =
        platform.services().stream()
            .map(service -> service.bindService().getServiceDescriptor().getName())
            .collect(Collectors.toSet());
    try (InputStream in =
        AccessWalkTest.class.getResourceAsStream("/META-INF/armeria/grpc/cloudlet.dsc")) {
      assertThat(
              FileDescriptorSet.parseFrom(Objects.requireNonNull(in)).getFileList().stream()
                  .filter(file -> file.getPackage().startsWith("cloudlet."))
                  .filter(file -> !file.getPackage().startsWith("cloudlet.worker."))
                  .flatMap(
                      file ->
                          file.getServiceList().stream()
                              .map(service -> file.getPackage() + "." + service.getName())))
          .containsExactlyInAnyOrderElementsOf(served);
    }
  }

  @Test
  void theWalkMeetsEveryKindOfAccess(EdgePlatform platform) {
    assertThat(rpcs(platform, Wire.GRPC))
        .hasSizeGreaterThan(50)
        .extracting(Rpc::access)
        .contains(
            Access.ACCESS_PUBLIC,
            Access.ACCESS_USER,
            Access.ACCESS_ADMINISTRATOR,
            Access.ACCESS_NODE,
            Access.ACCESS_REFRESH);
  }

  private static boolean endsTheSession(Rpc<?, ?> rpc) {
    return "Logout".equals(rpc.method().getBareMethodName());
  }

  private static void expect(
      Rpc<?, ?> rpc, Answer<?> answer, Set<Access> open, Status.Code otherwise) {
    String name = rpc.method().getFullMethodName();
    if (answer instanceof Answer.Refused<?> refused) {
      assertThat(refused.code()).as(name).isNotIn(FAULTS);
      assertThat(refused.message()).as(name).isNotBlank();
      assertThat(refused.reason()).as(name).isNotBlank();
    }
    if (open.contains(rpc.access())) {
      assertThat(reached(answer)).as(name + " " + answer).isTrue();
    } else if (rpc.access() == Access.ACCESS_REFRESH) {
      // Any other token is no refresh token: as good as none.
      assertThat(answer.refused().code())
          .as(name)
          .isIn(Status.Code.UNAUTHENTICATED, Status.Code.PERMISSION_DENIED);
    } else {
      assertThat(answer.refused().code()).as(name).isEqualTo(otherwise);
    }
  }

  // Past the door an empty request is answered or refused for what is in it.
  private static boolean reached(Answer<?> answer) {
    return !(answer instanceof Answer.Refused<?> refused)
        || !Set.of("UNAUTHENTICATED", "PERMISSION_DENIED").contains(refused.reason());
  }

  private static List<Rpc<?, ?>> rpcs(EdgePlatform platform, Wire wire) {
    List<Rpc<?, ?>> found = new ArrayList<>();
    platform
        .services()
        .forEach(
            service ->
                service.bindService().getMethods().stream()
                    .map(ServerMethodDefinition::getMethodDescriptor)
                    .filter(method -> wire == Wire.GRPC || JsonWire.serves(method))
                    .forEach(method -> found.add(rpc(method))));
    return found;
  }

  @SuppressWarnings("unchecked")
  private static Rpc<?, ?> rpc(MethodDescriptor<?, ?> method) {
    var messages = (MethodDescriptor<Message, Message>) method;
    var marshaller =
        (MethodDescriptor.PrototypeMarshaller<Message>) messages.getRequestMarshaller();
    return new Rpc<>(
        messages,
        Objects.requireNonNull(marshaller.getMessagePrototype()),
        ((ProtoMethodDescriptorSupplier) Objects.requireNonNull(method.getSchemaDescriptor()))
            .getMethodDescriptor()
            .getOptions()
            .getExtension(AccessProto.access));
  }
}
