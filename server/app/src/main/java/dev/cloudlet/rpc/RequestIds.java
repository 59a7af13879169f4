package dev.cloudlet.rpc;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import dev.cloudlet.kernel.id.IdSource;
import dev.cloudlet.kernel.rpc.CallInterceptor;
import io.netty.util.AttributeKey;
import java.util.function.Function;

/**
 * Gives every HTTP request its one id, at the outermost place: a well-formed {@code x-request-id}
 * of the caller is taken (see {@link CallInterceptor#requestId}), else one is made. It goes on in
 * the request's headers to the chain, and back in the header {@code x-request-id} of every answer
 * and in every error.
 */
public final class RequestIds {
  /** The header that carries it in and out. */
  static final String HEADER = "x-request-id";

  private static final AttributeKey<String> ID = AttributeKey.valueOf(RequestIds.class, "ID");

  private RequestIds() {}

  /** The id of a request. */
  public static String of(ServiceRequestContext ctx) {
    String id = ctx.attr(ID);
    return id == null ? ctx.id().text() : id;
  }

  static Function<? super HttpService, SimpleDecoratingHttpService> decorator(IdSource ids) {
    return delegate ->
        new SimpleDecoratingHttpService(delegate) {
          @Override
          public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request)
              throws Exception {
            String id = CallInterceptor.requestId(request.headers().get(HEADER), ids);
            ctx.setAttr(ID, id);
            ctx.setAdditionalResponseHeader(HEADER, id);
            HttpRequest named =
                request.withHeaders(request.headers().toBuilder().set(HEADER, id).build());
            ctx.updateRequest(named);
            return unwrap().serve(ctx, named);
          }
        };
  }
}
