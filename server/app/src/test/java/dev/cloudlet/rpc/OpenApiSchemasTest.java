package dev.cloudlet.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.api.FieldBehavior;
import com.google.api.FieldBehaviorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.cloudlet.api.fleet.v1.Node;
import dev.cloudlet.api.identity.v1.LoginRequest;
import dev.cloudlet.api.identity.v1.UpdateProfileRequest;
import dev.cloudlet.api.identity.v1.User;
import dev.cloudlet.api.identity.v1.VerifyEmailRequest;
import dev.cloudlet.api.jobs.v1.Job;
import dev.cloudlet.api.payments.v1.CreateOrderRequest;
import dev.cloudlet.api.payments.v1.Order;
import dev.cloudlet.api.storage.v1.CreateBucketRequest;
import dev.cloudlet.api.video.v1.Video;
import dev.cloudlet.api.wallet.v1.EstimateCostRequest;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Declared field behaviour as it reaches who reads the document. */
class OpenApiSchemasTest {
  private static final OpenApiSchemas SCHEMAS = new OpenApiSchemas(new ProtoComments());

  private static JsonNode schema(Descriptor message) {
    return SCHEMAS.inline(message, Set.of());
  }

  private static List<String> required(Descriptor message) {
    return StreamSupport.stream(schema(message).path("required").spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }

  private static boolean is(FieldBehavior behavior, FieldDescriptor field) {
    return field.getOptions().getExtension(FieldBehaviorProto.fieldBehavior).contains(behavior);
  }

  private static List<Descriptor> everyMessage() {
    return Stream.of(
            User.getDescriptor(),
            LoginRequest.getDescriptor(),
            UpdateProfileRequest.getDescriptor(),
            Job.getDescriptor(),
            Order.getDescriptor(),
            CreateBucketRequest.getDescriptor(),
            Video.getDescriptor(),
            EstimateCostRequest.getDescriptor(),
            Node.getDescriptor())
        .map(Descriptor::getFile)
        .flatMap(file -> file.getMessageTypes().stream())
        .toList();
  }

  @Test
  void aSchemaRequiresWhatTheContractRequiresAndNothingElse() {
    assertThat(everyMessage())
        .allSatisfy(
            message ->
                assertThat(required(message))
                    .as(message.getFullName())
                    .isEqualTo(
                        message.getFields().stream()
                            .filter(field -> is(FieldBehavior.REQUIRED, field))
                            .map(FieldDescriptor::getJsonName)
                            .toList()));
  }

  @Test
  void whatOnlyAPatternOrAFormatDemandsIsRequiredToo() {
    assertThat(required(VerifyEmailRequest.getDescriptor())).containsExactly("otp");
    assertThat(required(CreateBucketRequest.getDescriptor())).containsExactly("bucket");
    assertThat(required(CreateOrderRequest.getDescriptor())).containsExactly("amount");
    assertThat(required(UpdateProfileRequest.getDescriptor())).isEmpty();
  }

  @Test
  void whatOnlyTheServerSetsIsReadOnlyAndWhatStaysIsMarked() {
    for (Descriptor message : everyMessage()) {
      JsonNode properties = schema(message).path("properties");
      for (FieldDescriptor field : message.getFields()) {
        JsonNode property = properties.path(field.getJsonName());
        assertThat(property.path("readOnly").asBoolean())
            .as(field.getFullName())
            .isEqualTo(is(FieldBehavior.OUTPUT_ONLY, field));
        assertThat(property.path("x-immutable").asBoolean())
            .as(field.getFullName())
            .isEqualTo(is(FieldBehavior.IMMUTABLE, field) || is(FieldBehavior.IDENTIFIER, field));
      }
    }
    JsonNode job = schema(Job.getDescriptor()).path("properties");
    assertThat(job.path("state").path("readOnly").asBoolean()).isTrue();
    assertThat(job.path("id").path("x-immutable").asBoolean()).isTrue();
    JsonNode user = schema(User.getDescriptor()).path("properties");
    assertThat(user.path("name").has("readOnly")).isFalse();
    assertThat(user.path("name").has("x-immutable")).isFalse();
  }
}
