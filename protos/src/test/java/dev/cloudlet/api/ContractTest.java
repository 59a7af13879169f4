package dev.cloudlet.api;

import static org.assertj.core.api.Assertions.assertThat;

import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.validate.FieldPath;
import build.buf.validate.ValidateProto;
import com.google.api.AnnotationsProto;
import com.google.api.FieldBehavior;
import com.google.api.FieldBehaviorProto;
import com.google.api.HttpRule;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodOptions.IdempotencyLevel;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.Message;
import com.google.rpc.Code;
import dev.cloudlet.api.common.v1.Access;
import dev.cloudlet.api.common.v1.AccessProto;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.common.v1.ErrorsProto;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What every rpc, message and reason of the contract must declare; one that forgets fails the
 * build.
 */
class ContractTest {
  private static final List<FileDescriptorProto> files = new ArrayList<>();
  private static final Map<String, DescriptorProto> messages = new HashMap<>();

  @BeforeAll
  static void read() throws IOException {
    ExtensionRegistry extensions = ExtensionRegistry.newInstance();
    AccessProto.registerAllExtensions(extensions);
    ErrorsProto.registerAllExtensions(extensions);
    AnnotationsProto.registerAllExtensions(extensions);
    FieldBehaviorProto.registerAllExtensions(extensions);
    ValidateProto.registerAllExtensions(extensions);
    try (InputStream in =
        ContractTest.class.getResourceAsStream("/META-INF/armeria/grpc/cloudlet.dsc")) {
      files.addAll(FileDescriptorSet.parseFrom(in, extensions).getFileList());
    }
    for (FileDescriptorProto file : files) {
      file.getMessageTypeList()
          .forEach(
              message -> messages.put("." + file.getPackage() + "." + message.getName(), message));
    }
  }

  private static void eachRpc(BiConsumer<String, MethodDescriptorProto> check) {
    for (FileDescriptorProto file : files) {
      for (ServiceDescriptorProto service : file.getServiceList()) {
        service
            .getMethodList()
            .forEach(
                method ->
                    check.accept(
                        file.getPackage() + "." + service.getName() + "/" + method.getName(),
                        method));
      }
    }
  }

  @Test
  void everyRpcDeclaresWhoMayCallIt() {
    eachRpc(
        (name, method) ->
            assertThat(method.getOptions().getExtension(AccessProto.access))
                .as(name)
                .isNotEqualTo(Access.ACCESS_UNSPECIFIED));
  }

  @Test
  void everyMutationCarriesARequestIdAndNoReadDoes() {
    eachRpc(
        (name, method) -> {
          boolean mutation =
              method.getOptions().getIdempotencyLevel() != IdempotencyLevel.NO_SIDE_EFFECTS;
          boolean carries =
              messages.get(method.getInputType()).getFieldList().stream()
                  .anyMatch(field -> field.getName().equals("request_id"));
          if (!method.getServerStreaming()) {
            assertThat(carries).as(name).isEqualTo(mutation);
          }
        });
  }

  @Test
  void everyReadIsAGetAndNoMutationIs() {
    eachRpc(
        (name, method) -> {
          HttpRule rule = method.getOptions().getExtension(AnnotationsProto.http);
          if (rule.getPatternCase() != HttpRule.PatternCase.PATTERN_NOT_SET) {
            boolean read =
                method.getOptions().getIdempotencyLevel() == IdempotencyLevel.NO_SIDE_EFFECTS;
            assertThat(rule.getPatternCase() == HttpRule.PatternCase.GET).as(name).isEqualTo(read);
          }
        });
  }

  @Test
  void noTwoRpcsShareARoute() {
    Set<String> seen = new HashSet<>();
    eachRpc(
        (name, method) -> {
          HttpRule rule = method.getOptions().getExtension(AnnotationsProto.http);
          if (rule.getPatternCase() != HttpRule.PatternCase.PATTERN_NOT_SET) {
            String route =
                rule.getPatternCase()
                    + " "
                    + rule.getGet()
                    + rule.getPost()
                    + rule.getPatch()
                    + rule.getPut()
                    + rule.getDelete();
            assertThat(seen.add(route.replaceAll("\\{\\w+}", "{}")))
                .as(name + " " + route)
                .isTrue();
          }
        });
  }

  @Test
  void everyListIsPaged() {
    eachRpc(
        (name, method) -> {
          Set<String> in = new TreeSet<>();
          messages
              .get(method.getInputType())
              .getFieldList()
              .forEach(field -> in.add(field.getName()));
          boolean paged = in.contains("page_size") && in.contains("page_token");
          boolean list = name.contains("/List") && !name.endsWith("/ListPrices");
          assertThat(paged).as(name).isEqualTo(list);
        });
  }

  @Test
  void everyTextAndListThatComesInIsBounded() {
    eachRpc(
        (name, method) -> {
          for (FieldDescriptorProto field : messages.get(method.getInputType()).getFieldList()) {
            var rules = field.getOptions().getExtension(ValidateProto.field);
            boolean text = field.getType() == FieldDescriptorProto.Type.TYPE_STRING;
            boolean repeated = field.getLabel() == FieldDescriptorProto.Label.LABEL_REPEATED;
            if (text && !repeated) {
              boolean bounded = rules.getString().hasMaxLen() || rules.getString().hasPattern();
              assertThat(bounded).as(name + " " + field.getName()).isTrue();
            }
            if (repeated) {
              assertThat(rules.getRepeated().hasMaxItems())
                  .as(name + " " + field.getName())
                  .isTrue();
            }
          }
        });
  }

  /** The messages that callers send: the input of every rpc, and what it is made of. */
  private static Set<String> sent() {
    Deque<String> open = new ArrayDeque<>();
    eachRpc((name, method) -> open.add(method.getInputType()));
    Set<String> sent = new TreeSet<>();
    while (!open.isEmpty()) {
      String name = open.remove();
      if (messages.containsKey(name) && sent.add(name)) {
        messages.get(name).getFieldList().forEach(field -> open.add(field.getTypeName()));
      }
    }
    return sent;
  }

  /** The messages that only the server makes, but for the answers that wrap them. */
  private static Set<String> resources() {
    Set<String> resources = new TreeSet<>(messages.keySet());
    resources.removeAll(sent());
    resources.removeIf(name -> name.endsWith("Response"));
    return resources;
  }

  private static List<FieldBehavior> behavior(FieldDescriptorProto field) {
    return field.getOptions().getExtension(FieldBehaviorProto.fieldBehavior);
  }

  private static Set<String> having(FieldBehavior behavior, String message) {
    return messages.get(message).getFieldList().stream()
        .filter(field -> behavior(field).contains(behavior))
        .map(FieldDescriptorProto::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyFieldThatCallersSendIsRequiredOrOptional() {
    assertThat(sent()).contains(".cloudlet.fleet.v1.OutputFile");
    for (String name : sent()) {
      for (FieldDescriptorProto field : messages.get(name).getFieldList()) {
        assertThat(behavior(field))
            .as(name + " " + field.getName())
            .hasSize(1)
            .containsAnyOf(FieldBehavior.REQUIRED, FieldBehavior.OPTIONAL);
      }
    }
  }

  @Test
  void aFieldIsRequiredExactlyIfItsRulesRefuseAMessageWithoutIt() throws Exception {
    Validator validator = ValidatorFactory.newBuilder().build();
    for (String name : sent()) {
      Set<String> refused =
          validator.validate(empty(name)).getViolations().stream()
              .map(violation -> violation.toProto().getField())
              // A rule over several fields names none of them: each alone is optional.
              .filter(path -> path.getElementsCount() > 0)
              .map((FieldPath path) -> path.getElements(0).getFieldName())
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(having(FieldBehavior.REQUIRED, name)).as(name).isEqualTo(refused);
    }
  }

  private static Message empty(String message) throws ReflectiveOperationException {
    Class<?> type = Class.forName(message.replaceFirst("^\\.cloudlet\\.", "dev.cloudlet.api."));
    return (Message) type.getMethod("getDefaultInstance").invoke(null);
  }

  @Test
  void everyFieldOfAResourceSaysWhoSetsIt() {
    assertThat(resources()).contains(".cloudlet.jobs.v1.Job");
    for (String name : resources()) {
      for (FieldDescriptorProto field : messages.get(name).getFieldList()) {
        assertThat(behavior(field))
            .as(name + " " + field.getName())
            .hasSize(1)
            .containsAnyOf(
                FieldBehavior.IDENTIFIER,
                FieldBehavior.OUTPUT_ONLY,
                FieldBehavior.IMMUTABLE,
                FieldBehavior.OPTIONAL);
      }
    }
  }

  @Test
  void theIdOfAResourceIsItsIdentifierAndWhateverIsListedHasOne() {
    for (String name : resources()) {
      if (messages.get(name).getFieldList().stream().anyMatch(it -> it.getName().equals("id"))) {
        assertThat(having(FieldBehavior.IDENTIFIER, name)).as(name).containsExactly("id");
      }
    }
    eachRpc(
        (name, method) -> {
          if (name.contains("/List")) {
            assertThat(messages.get(method.getOutputType()).getFieldList())
                .as(name)
                .filteredOn(it -> it.getLabel() == FieldDescriptorProto.Label.LABEL_REPEATED)
                .isNotEmpty()
                .allSatisfy(
                    it ->
                        assertThat(having(FieldBehavior.IDENTIFIER, it.getTypeName())).hasSize(1));
          }
        });
  }

  @Test
  void noRequestSaysWhoTheCallerIs() {
    Set<String> forbidden =
        Set.of(
            "user_id",
            "account_id",
            "owner",
            "owner_id",
            "role",
            "price",
            "cost",
            "amount_minor",
            "is_admin");
    eachRpc(
        (name, method) ->
            messages
                .get(method.getInputType())
                .getFieldList()
                .forEach(field -> assertThat(forbidden).as(name).doesNotContain(field.getName())));
  }

  @Test
  void everyReasonDeclaresItsCode() {
    for (ErrorReason reason : ErrorReason.values()) {
      if (reason != ErrorReason.UNRECOGNIZED && reason != ErrorReason.ERROR_REASON_UNSPECIFIED) {
        assertThat(reason.getValueDescriptor().getOptions().getExtension(ErrorsProto.code))
            .as(reason.name())
            .isNotEqualTo(Code.OK);
      }
    }
  }

  @Test
  void everythingHasAComment() {
    for (FileDescriptorProto file : files) {
      Set<String> commented = new HashSet<>();
      file.getSourceCodeInfo().getLocationList().stream()
          .filter(location -> !location.getLeadingComments().isBlank())
          .forEach(location -> commented.add(location.getPathList().toString()));
      for (int s = 0; s < file.getServiceCount(); s++) {
        for (int m = 0; m < file.getService(s).getMethodCount(); m++) {
          assertThat(commented)
              .as(file.getService(s).getMethod(m).getName())
              .contains(List.of(6, s, 2, m).toString());
        }
      }
      for (int m = 0; m < file.getMessageTypeCount(); m++) {
        for (int f = 0; f < file.getMessageType(m).getFieldCount(); f++) {
          String name =
              file.getMessageType(m).getName() + "." + file.getMessageType(m).getField(f).getName();
          assertThat(commented).as(name).contains(List.of(4, m, 2, f).toString());
        }
      }
    }
  }

  @Test
  void everyEnumBeginsWithUnspecified() {
    for (FileDescriptorProto file : files) {
      for (EnumDescriptorProto type : file.getEnumTypeList()) {
        assertThat(type.getValue(0).getName()).endsWith("_UNSPECIFIED");
        assertThat(type.getValue(0).getNumber()).isZero();
      }
    }
  }
}
