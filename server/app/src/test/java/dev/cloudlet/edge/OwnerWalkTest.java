package dev.cloudlet.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.cloudlet.api.common.v1.Access;
import dev.cloudlet.kernel.rpc.MethodPolicy;
import dev.cloudlet.rpc.SampleRequests;
import io.grpc.ServerMethodDefinition;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every rpc of customers that names a thing, called with the same words by its owner, by another
 * customer and by the administrator: for these two it looks as if it did not exist.
 */
@ExtendWith(EdgePlatform.Resolver.class)
class OwnerWalkTest {
  /** Fields that end like the name of a thing and name none of a customer's. */
  private static final Set<String> NO_THINGS =
      Set.of("request_id", "registration_id", "handoff_id", "node_id");

  private record Walked(
      io.grpc.MethodDescriptor<Message, Message> grpc, MethodDescriptor proto, Message request) {
    String name() {
      return grpc.getFullMethodName();
    }

    boolean removes() {
      return proto.getName().startsWith("Delete") || proto.getName().startsWith("Revoke");
    }
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void whatIsNotOnesOwnLooksAsIfItWereNotThere(Wire wire, EdgePlatform platform) {
    Caller owner = platform.customer(wire);
    Map<String, String> things = OwnedThings.plant(platform, owner);
    Caller other = platform.customer(wire);
    Listing.enableStorage(platform, other);
    Caller administrator = platform.administrator(wire);
    List<Walked> all = rpcs(platform, wire, things);
    assertThat(all).hasSizeGreaterThan(10);
    for (Walked rpc : all) {
      isNotThere(rpc, other, things);
      isNotThere(rpc, administrator, things);
    }
    // Everything is still there, whatever the others tried; what takes it away comes last.
    List<Walked> removing = all.stream().filter(Walked::removes).toList();
    List<Walked> inOrder = new ArrayList<>(all);
    inOrder.removeAll(removing);
    inOrder.addAll(removing);
    for (Walked rpc : inOrder) {
      Answer<Message> own = owner.call(rpc.grpc(), rpc.request());
      if (own instanceof Answer.Refused<Message> refused) {
        assertThat(refused.reason()).as(rpc.name()).isNotIn("NOT_FOUND", "PERMISSION_DENIED");
      }
    }
  }

  private static void isNotThere(Walked rpc, Caller stranger, Map<String, String> things) {
    String answer = outcome(stranger.call(rpc.grpc(), rpc.request()));
    String ofNothing = outcome(stranger.call(rpc.grpc(), renamed(rpc.request(), things)));
    assertThat(answer).as(rpc.name()).isEqualTo(ofNothing);
    // The administrator of this platform has no storage; nobody's buckets are there for him either.
    // To remove what is not there is done.
    if (!rpc.removes() || !answer.isEmpty()) {
      assertThat(answer).as(rpc.name()).isIn("NOT_FOUND", "STORAGE_NOT_ENABLED");
    }
  }

  private static String outcome(Answer<Message> answer) {
    return answer instanceof Answer.Refused<Message> refused ? refused.reason() : "";
  }

  private static Message renamed(Message request, Map<String, String> things) {
    Message.Builder renamed = request.toBuilder();
    for (FieldDescriptor field : request.getDescriptorForType().getFields()) {
      if (things.containsKey(field.getName())) {
        renamed.setField(
            field, field.getName().equals("bucket") ? "no-such-thing" : "no_such_thing");
      }
    }
    return renamed.build();
  }

  @Test
  void everyFieldThatNamesAThingIsWalked(EdgePlatform platform) {
    Set<String> known =
        Set.of("bucket", "upload_id", "video_id", "order_id", "access_key_id", "job_id");
    assertThat(
            methods(platform).stream()
                .filter(OwnerWalkTest::isForCustomers)
                .flatMap(method -> method.getInputType().getFields().stream())
                .map(FieldDescriptor::getName)
                .filter(name -> name.endsWith("_id") && !NO_THINGS.contains(name)))
        .isSubsetOf(known);
  }

  private static boolean isForCustomers(MethodDescriptor method) {
    return MethodPolicy.of(method).access() == Access.ACCESS_USER;
  }

  private static List<MethodDescriptor> methods(EdgePlatform platform) {
    return grpcMethods(platform).stream().map(OwnerWalkTest::proto).toList();
  }

  private static List<Walked> rpcs(EdgePlatform platform, Wire wire, Map<String, String> things) {
    return grpcMethods(platform).stream()
        .filter(method -> isForCustomers(proto(method)))
        .filter(method -> wire == Wire.GRPC || JsonWire.serves(method))
        .filter(
            method ->
                proto(method).getInputType().getFields().stream()
                    .anyMatch(field -> names(method, field, things)))
        .map(method -> walked(method, things))
        .toList();
  }

  // A new bucket is named by the field, too; that is no thing yet.
  private static boolean names(
      io.grpc.MethodDescriptor<?, ?> method, FieldDescriptor field, Map<String, String> things) {
    return things.containsKey(field.getName())
        && !Set.of("CreateBucket", "CreateVideo").contains(method.getBareMethodName());
  }

  @SuppressWarnings("unchecked")
  private static Walked walked(io.grpc.MethodDescriptor<?, ?> method, Map<String, String> things) {
    MethodDescriptor proto = proto(method);
    DynamicMessage.Builder request =
        ((DynamicMessage) SampleRequests.of(proto.getInputType())).toBuilder();
    for (FieldDescriptor field : proto.getInputType().getFields()) {
      if (things.containsKey(field.getName())) {
        request.setField(field, things.get(field.getName()));
      } else if (field.getName().equals("request_id")) {
        request.clearField(field);
      }
    }
    var grpc = (io.grpc.MethodDescriptor<Message, Message>) method;
    Message prototype =
        Objects.requireNonNull(
            ((io.grpc.MethodDescriptor.PrototypeMarshaller<Message>) grpc.getRequestMarshaller())
                .getMessagePrototype());
    try {
      return new Walked(
          grpc, proto, prototype.getParserForType().parseFrom(request.build().toByteString()));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<io.grpc.MethodDescriptor<?, ?>> grpcMethods(EdgePlatform platform) {
    return platform.services().stream()
        .flatMap(service -> service.bindService().getMethods().stream())
        .<io.grpc.MethodDescriptor<?, ?>>map(ServerMethodDefinition::getMethodDescriptor)
        .toList();
  }

  private static MethodDescriptor proto(io.grpc.MethodDescriptor<?, ?> method) {
    return ((ProtoMethodDescriptorSupplier) Objects.requireNonNull(method.getSchemaDescriptor()))
        .getMethodDescriptor();
  }
}
