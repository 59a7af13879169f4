package dev.cloudlet.rpc;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Refuses of a transcoded request what would be understood in two ways: a query that names a field
 * twice, that stands in the path or the body already, or that is not there; a body that is not
 * exactly one JSON object in UTF-8. The server library lets the query win over the path, so that
 * the address would name one thing and the call mean another, ignores what it does not know, and
 * reads the first object of a body.
 */
final class RestRequests {
  private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");
  // How the server library writes a variable in a route: one whose path ends with a verb becomes an
  // expression.
  private static final Pattern IN_ROUTE =
      Pattern.compile("(?<=/):\\w+|\\(\\?<p\\d+>\\[\\^/]\\+\\)");
  private static final Pattern ANCHORS = Pattern.compile("^\\^|\\$$");

  private final Map<String, Ruled> rules = new HashMap<>();
  // One entry per route that was built.
  private final Map<Route, Optional<Ruled>> known = new ConcurrentHashMap<>();

  private record Ruled(MethodDescriptor rpc, Set<String> variables) {
    boolean takesBody() {
      return !rpc.getOptions().getExtension(AnnotationsProto.http).getBody().isEmpty();
    }
  }

  RestRequests(List<ServiceDescriptor> services) {
    for (ServiceDescriptor service : services) {
      for (MethodDescriptor rpc : service.getMethods()) {
        HttpRule rule = rpc.getOptions().getExtension(AnnotationsProto.http);
        add(rpc, HttpMethod.GET, rule.getGet());
        add(rpc, HttpMethod.POST, rule.getPost());
        add(rpc, HttpMethod.PUT, rule.getPut());
        add(rpc, HttpMethod.PATCH, rule.getPatch());
        add(rpc, HttpMethod.DELETE, rule.getDelete());
      }
    }
  }

  private void add(MethodDescriptor rpc, HttpMethod method, String template) {
    if (!template.isEmpty()) {
      Set<String> variables = new HashSet<>();
      VARIABLE.matcher(template).results().forEach(found -> variables.add(found.group(1)));
      rules.put(
          method + " " + VARIABLE.matcher(template).replaceAll("*"), new Ruled(rpc, variables));
    }
  }

  Function<? super HttpService, SimpleDecoratingHttpService> decorator() {
    return delegate ->
        new SimpleDecoratingHttpService(delegate) {
          @Override
          public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request)
              throws Exception {
            Optional<Ruled> rule = rule(ctx);
            if (rule.isEmpty()) {
              return unwrap().serve(ctx, request);
            }
            checkQuery(rule.get(), ctx.queryParams());
            MediaType type = request.contentType();
            if (!rule.get().takesBody() || type == null || !type.isJson()) {
              return unwrap().serve(ctx, request);
            }
            return HttpResponse.of(
                request
                    .aggregate(ctx.eventLoop())
                    .thenApply(
                        whole -> {
                          if (!whole.content().isEmpty()) {
                            JsonGrammar.check(
                                whole.content().array(), rule.get().rpc().getInputType());
                          }
                          return Whole.served((HttpService) unwrap(), ctx, whole.toHttpRequest());
                        }));
          }
        };
  }

  private Optional<Ruled> rule(ServiceRequestContext ctx) {
    return known.computeIfAbsent(
        ctx.config().route(),
        route -> {
          String path = ANCHORS.matcher(route.patternString()).replaceAll("");
          return Optional.ofNullable(
              rules.get(ctx.method() + " " + IN_ROUTE.matcher(path).replaceAll("*")));
        });
  }

  private static void checkQuery(Ruled rule, QueryParams query) {
    if (query.isEmpty()) {
      return;
    }
    if (rule.takesBody()) {
      throw ContractJson.malformed(
          "This route takes its fields in the body, none in a query.", null);
    }
    checkQuery(rule.rpc().getInputType(), rule.variables(), query);
  }

  /**
   * Refuses a query that names what is not a field, stands in the path, or came before.
   *
   * @param variables the fields in the path
   */
  static void checkQuery(Descriptor request, Set<String> variables, QueryParams query) {
    Set<String> seen = new HashSet<>();
    query.forEach(
        (name, value) -> {
          Named named =
              named(request, name)
                  .orElseThrow(
                      () ->
                          ContractJson.malformed(
                              "The query names a field that "
                                  + request.getName()
                                  + " does not have.",
                              null));
          if (variables.contains(named.path())) {
            throw ContractJson.malformed(
                named.path() + " stands in the path; the query must not name it again.", null);
          }
          if (!seen.add(named.path()) && !named.repeated()) {
            throw ContractJson.malformed("The query names " + named.path() + " twice.", null);
          }
        });
  }

  private record Named(String path, boolean repeated) {}

  private static Optional<Named> named(Descriptor request, String name) {
    Optional<Descriptor> within = Optional.of(request);
    List<String> path = new ArrayList<>();
    boolean repeated = false;
    for (String part : name.split("\\.", -1)) {
      Optional<FieldDescriptor> field = within.flatMap(type -> field(type, part));
      if (field.isEmpty()) {
        return Optional.empty();
      }
      path.add(field.get().getName());
      repeated |= field.get().isRepeated();
      within =
          field
              .filter(each -> each.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
              .map(FieldDescriptor::getMessageType);
    }
    return Optional.of(new Named(String.join(".", path), repeated));
  }

  private static Optional<FieldDescriptor> field(Descriptor type, String name) {
    return type.getFields().stream()
        .filter(each -> each.getName().equals(name) || each.getJsonName().equals(name))
        .findFirst();
  }
}
