package dev.cloudlet.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Message;
import dev.cloudlet.api.dev.v1.ClockServiceGrpc;
import dev.cloudlet.api.dev.v1.InboxServiceGrpc;
import dev.cloudlet.api.fleet.v1.NodeServiceGrpc;
import dev.cloudlet.api.fleet.v1.TaskServiceGrpc;
import dev.cloudlet.api.identity.v1.AuthServiceGrpc;
import dev.cloudlet.api.identity.v1.UserServiceGrpc;
import dev.cloudlet.api.jobs.v1.JobServiceGrpc;
import dev.cloudlet.api.payments.v1.PaymentServiceGrpc;
import dev.cloudlet.api.storage.v1.StorageServiceGrpc;
import dev.cloudlet.api.video.v1.VideoServiceGrpc;
import dev.cloudlet.api.wallet.v1.PricingServiceGrpc;
import dev.cloudlet.api.wallet.v1.WalletServiceGrpc;
import dev.cloudlet.kernel.rpc.ValidationInterceptor;
import dev.cloudlet.rpc.EdgeFixture.Choice;
import io.grpc.protobuf.ProtoServiceDescriptorSupplier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What developers read: examples that the server accepts, and a document that tools accept. */
class DocumentationTest {
  private static final List<ServiceDescriptor> SERVICES =
      Stream.of(
              AuthServiceGrpc.getServiceDescriptor(),
              UserServiceGrpc.getServiceDescriptor(),
              WalletServiceGrpc.getServiceDescriptor(),
              PricingServiceGrpc.getServiceDescriptor(),
              PaymentServiceGrpc.getServiceDescriptor(),
              StorageServiceGrpc.getServiceDescriptor(),
              VideoServiceGrpc.getServiceDescriptor(),
              JobServiceGrpc.getServiceDescriptor(),
              NodeServiceGrpc.getServiceDescriptor(),
              TaskServiceGrpc.getServiceDescriptor(),
              InboxServiceGrpc.getServiceDescriptor(),
              ClockServiceGrpc.getServiceDescriptor())
          .map(
              service ->
                  (ProtoServiceDescriptorSupplier)
                      Objects.requireNonNull(service.getSchemaDescriptor()))
          .map(ProtoServiceDescriptorSupplier::getServiceDescriptor)
          .toList();
  private static final JsonNode DOCUMENT = parse(new OpenApiDocument(SERVICES).json());

  private static JsonNode parse(String json) {
    try {
      return new ObjectMapper().readTree(json);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @TestFactory
  List<DynamicTest> everyExamplePassesValidation() {
    ValidationInterceptor validation = new ValidationInterceptor();
    ExampleRequests examples = new ExampleRequests();
    List<DynamicTest> tests = new ArrayList<>();
    for (ServiceDescriptor service : SERVICES) {
      for (MethodDescriptor method : service.getMethods()) {
        Message example = examples.message(method.getInputType());
        tests.add(
            DynamicTest.dynamicTest(method.getFullName(), () -> validation.validate(example)));
      }
    }
    return tests;
  }

  @Test
  void thePageOffersAnExampleAndTheCommentOfEveryRpc() {
    try (EdgeFixture edge =
        new EdgeFixture(Choice.of(new JobServiceGrpc.JobServiceImplBase() {}))) {
      JsonNode specification = edge.get("/docs/specification.json").json();
      JsonNode jobs =
          stream(specification.path("services"))
              .filter(
                  service -> service.path("name").asText().equals("cloudlet.jobs.v1.JobService"))
              .findFirst()
              .orElseThrow();
      assertThat(stream(jobs.path("methods")))
          .hasSize(4)
          .allSatisfy(
              method -> {
                assertThat(method.path("exampleRequests").path(0).asText())
                    .as(method.path("name").asText())
                    .startsWith("{");
                assertThat(
                        specification
                            .path("docStrings")
                            .path("cloudlet.jobs.v1.JobService/" + method.path("name").asText())
                            .path("docString")
                            .asText())
                    .as(method.path("name").asText())
                    .isNotBlank();
              });
    }
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static void eachNode(JsonNode node, Consumer<JsonNode> seen) {
    seen.accept(node);
    node.forEach(child -> eachNode(child, seen));
  }

  @Test
  void everyReferenceOfTheDocumentLeadsSomewhere() {
    eachNode(
        DOCUMENT,
        node -> {
          if (node.has("$ref")) {
            String pointer = node.path("$ref").asText().substring(1);
            assertThat(DOCUMENT.at(pointer).isMissingNode()).as(pointer).isFalse();
          }
        });
  }

  @Test
  void everyPatternIsWrittenAsJsonSchemaReadsIt() {
    List<String> patterns = new ArrayList<>();
    eachNode(
        DOCUMENT,
        node -> {
          if (node.path("pattern").isTextual()) {
            patterns.add(node.path("pattern").asText());
          }
        });
    assertThat(patterns)
        .isNotEmpty()
        .allSatisfy(
            pattern -> {
              // RE2's own forms, which ECMA-262 does not know.
              assertThat(pattern)
                  .doesNotContain("\\x{", "\\p{", "\\z", "\\A", "(?i", "(?P<", "[[:");
              Pattern.compile(pattern);
            });
    assertThat(OpenApiSchemas.ecma("^[^\\x{202A}-\\x{202E}\\x{1F600}]$"))
        .isEqualTo("^[^\\u202A-\\u202E\\u{1f600}]$");
    assertThat(OpenApiSchemas.ecma("^[^\\p{Cc}]*$"))
        .isEqualTo("^[^\\u0000-\\u001F\\u007F-\\u009F]*$");
  }

  @Test
  void everyOperationHasUniqueIdParametersOfItsPathAnAnswerAndAnError() {
    List<String> ids = new ArrayList<>();
    DOCUMENT
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .forEach(
                        operation -> {
                          String id = operation.path("operationId").asText();
                          ids.add(id);
                          long variables = path.getKey().chars().filter(c -> c == '{').count();
                          assertThat(
                                  stream(operation.path("parameters"))
                                      .filter(it -> it.path("in").asText().equals("path"))
                                      .filter(it -> it.path("required").asBoolean()))
                              .as(id)
                              .hasSize((int) variables);
                          assertThat(operation.path("responses").has("200")).as(id).isTrue();
                          assertThat(
                                  operation.path("responses").path("default").path("$ref").asText())
                              .isEqualTo("#/components/responses/Error");
                          assertThat(operation.path("summary").asText()).as(id).isNotBlank();
                        }));
    assertThat(ids).isNotEmpty().doesNotHaveDuplicates();
  }

  @Test
  void securityNamesSchemesThatAreDescribed() {
    JsonNode schemes = DOCUMENT.path("components").path("securitySchemes");
    assertThat(schemes.fieldNames())
        .toIterable()
        .contains("token", "cookie", "refreshToken", "refreshCookie");
    assertThat(operation("/v1/jobs/{job_id}", "get").path("security").path(0).has("token"))
        .isTrue();
    assertThat(operation("/v1/auth:refresh", "post").path("security").path(0).has("refreshToken"))
        .isTrue();
    assertThat(operation("/v1/auth:login", "post").has("security")).isFalse();
    assertThat(DOCUMENT.path("servers").path(0).path("url").asText()).isEqualTo("/");
  }

  private static JsonNode operation(String path, String verb) {
    return DOCUMENT.path("paths").path(path).path(verb);
  }

  private static JsonNode schema(String name) {
    return DOCUMENT.path("components").path("schemas").path(name);
  }

  @Test
  void boundsRequiredFieldsAndLongNumbersAreStated() {
    JsonNode login = schema("identity.v1.LoginRequest");
    assertThat(stream(login.path("required")).map(JsonNode::asText)).contains("email", "password");
    JsonNode revision = schema("jobs.v1.Job").path("properties").path("revision");
    assertThat(revision.path("type").asText()).isEqualTo("string");
    assertThat(revision.path("format").asText()).isEqualTo("int64");
    JsonNode heights = schema("video.v1.CreateTranscodeRequest").path("properties").path("heights");
    if (heights.isMissingNode()) {
      heights =
          stream(DOCUMENT.path("paths"))
              .flatMap(DocumentationTest::stream)
              .map(
                  operation ->
                      operation.at(
                          "/requestBody/content/application~1json/schema/properties/heights"))
              .filter(node -> !node.isMissingNode())
              .findFirst()
              .orElseThrow();
    }
    assertThat(heights.path("maxItems").asInt()).isEqualTo(4);
    assertThat(heights.path("uniqueItems").asBoolean()).isTrue();
    assertThat(stream(heights.path("items").path("enum")).map(JsonNode::asInt)).contains(1080);
  }

  @Test
  void aStreamIsEventsThatResume() {
    JsonNode watch = operation("/v1/jobs/{job_id}:watch", "get");
    assertThat(watch.path("responses").path("200").path("content").has("text/event-stream"))
        .isTrue();
    assertThat(stream(watch.path("parameters")))
        .anySatisfy(it -> assertThat(it.path("name").asText()).isEqualTo("Last-Event-ID"));
  }
}
