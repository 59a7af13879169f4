package dev.cloudlet.rpc;

import build.buf.validate.FieldRules;
import build.buf.validate.Int32Rules;
import build.buf.validate.StringRules;
import build.buf.validate.ValidateProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes the example of each request that the documentation page offers: for each field the first
 * likely value, by its name or its bounds, that the declared rules accept.
 */
final class ExampleRequests {
  private static final int DEEPEST = 4;

  /** What a person would write into a field of that name. */
  private static final Map<String, String> BY_NAME =
      Map.ofEntries(
          Map.entry("email", "ann@example.com"),
          Map.entry("password", "correct horse battery"),
          Map.entry("current_password", "correct horse battery"),
          Map.entry("new_password", "an even better battery"),
          Map.entry("otp", "123456"),
          Map.entry("name", "Ann"),
          Map.entry("device", "Ann's laptop"),
          Map.entry("bucket", "holiday-films"),
          Map.entry("key", "2026/beach.mp4"),
          Map.entry("file_name", "beach.mp4"),
          Map.entry("content_type", "video/mp4"),
          Map.entry("title", "At the beach"),
          Map.entry("label", "backup script"),
          Map.entry("gateway", "sandbox"),
          Map.entry("address", "10.0.0.7:9443"),
          Map.entry("redirect_url", "https://partner.example/welcome"),
          Map.entry("return_url", "https://app.example/paid"),
          Map.entry("request_id", "example-1"),
          // Empty means the first page, no filter and the usual.
          Map.entry("page_token", ""),
          Map.entry("prefix", ""));

  /** Fields that stand instead of another one of the example. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "cloudlet.identity.v1.RegisterRequest.verification_token",
          "cloudlet.identity.v1.ChangePasswordRequest.verification_token",
          "cloudlet.storage.v1.CreateUploadRequest.key");

  private static final List<String> TEXTS =
      List.of(
          "example",
          "example-1",
          "video/mp4",
          "https://app.example/",
          "127.0.0.1:8080",
          "123456",
          "an-example-that-is-long-enough-for-a-secret",
          "");

  /** The example of {@code request} as proto JSON. */
  String json(Descriptor request) {
    try {
      return JsonFormat.printer().print(message(request));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("can't print " + request.getFullName(), e);
    }
  }

  /** The example of {@code request}. */
  Message message(Descriptor request) {
    return message(request, 0);
  }

  private Message message(Descriptor type, int depth) {
    DynamicMessage.Builder example = DynamicMessage.newBuilder(type);
    for (FieldDescriptor field : type.getFields()) {
      boolean first =
          field.getRealContainingOneof() == null
              || !example.hasOneof(field.getRealContainingOneof());
      if (first && !field.isMapField() && !LEFT_OUT.contains(field.getFullName())) {
        fill(example, field, depth);
      }
    }
    return example.build();
  }

  private void fill(DynamicMessage.Builder example, FieldDescriptor field, int depth) {
    FieldRules declared = field.getOptions().getExtension(ValidateProto.field);
    FieldRules rules = field.isRepeated() ? declared.getRepeated().getItems() : declared;
    candidates(field, rules, depth)
        .filter(value -> accepts(rules, value))
        .findFirst()
        .ifPresent(
            value -> {
              if (field.isRepeated()) {
                example.addRepeatedField(field, value);
              } else {
                example.setField(field, value);
              }
            });
  }

  // Enough of the rules to choose by; that every whole example passes them all is a test. The
  // validator itself would compile its expressions for every message at each start.
  private static boolean accepts(FieldRules rules, Object value) {
    return switch (value) {
      case String text -> accepts(rules.getString(), text);
      case Integer number -> accepts(rules.getInt32(), number);
      case Long number ->
          (!rules.getInt64().hasGte() || number >= rules.getInt64().getGte())
              && (!rules.getInt64().hasLte() || number <= rules.getInt64().getLte());
      default -> true;
    };
  }

  private static boolean accepts(StringRules rules, String text) {
    return text.length() >= rules.getMinLen()
        && (!rules.hasMaxLen() || text.length() <= rules.getMaxLen())
        && (!rules.hasPattern() || Pattern.compile(rules.getPattern()).matcher(text).find())
        && (!rules.getEmail() || text.contains("@"))
        && (!rules.getUri() || text.contains("://"))
        && (rules.getInCount() == 0 || rules.getInList().contains(text));
  }

  private static boolean accepts(Int32Rules rules, int number) {
    return (!rules.hasGte() || number >= rules.getGte())
        && (!rules.hasGt() || number > rules.getGt())
        && (!rules.hasLte() || number <= rules.getLte())
        && (!rules.hasLt() || number < rules.getLt())
        && (rules.getInCount() == 0 || rules.getInList().contains(number));
  }

  private Stream<Object> candidates(FieldDescriptor field, FieldRules rules, int depth) {
    return switch (field.getJavaType()) {
      case STRING -> texts(field);
      case INT -> Stream.<Object>of(likely(field), 20, 1, 720, rules.getInt32().getGte(), 0);
      case LONG ->
          field.getName().startsWith("after_")
              ? Stream.<Object>of(0L)
              : Stream.<Object>of(10_000L, 1L, rules.getInt64().getGte(), 0L);
      case DOUBLE -> Stream.<Object>of(0.5, 1.0, 0.0);
      case FLOAT -> Stream.<Object>of(0.5f, 1.0f, 0.0f);
      case BOOLEAN -> Stream.<Object>of(false);
      case BYTE_STRING -> Stream.<Object>of(ByteString.copyFromUtf8("example"), ByteString.EMPTY);
      case ENUM ->
          field.getEnumType().getValues().stream()
              .filter(value -> value.getNumber() != 0)
              .map(Object.class::cast);
      case MESSAGE -> messages(field, depth);
    };
  }

  private static int likely(FieldDescriptor field) {
    return field.getName().equals("page_size") ? 20 : 1;
  }

  private static Stream<Object> texts(FieldDescriptor field) {
    String id = field.getName().endsWith("_id") ? field.getName().replace("_id", "_example") : "";
    return Stream.concat(
        Stream.<Object>of(BY_NAME.getOrDefault(field.getName(), id.isEmpty() ? "example" : id)),
        TEXTS.stream().map(Object.class::cast));
  }

  private Stream<Object> messages(FieldDescriptor field, int depth) {
    Descriptor type = field.getMessageType();
    return switch (type.getFullName()) {
      case "google.protobuf.Timestamp" -> seconds(type, 1_767_225_600L);
      case "google.protobuf.Duration" -> seconds(type, 3600);
      case "google.protobuf.FieldMask" -> Stream.of();
      default -> depth < DEEPEST ? Stream.of(message(type, depth + 1)) : Stream.of();
    };
  }

  private static Stream<Object> seconds(Descriptor type, long seconds) {
    return Stream.of(
        DynamicMessage.newBuilder(type).setField(type.findFieldByName("seconds"), seconds).build());
  }
}
