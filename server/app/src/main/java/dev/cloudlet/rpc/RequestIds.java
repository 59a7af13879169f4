package dev.cloudlet.rpc;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import dev.cloudlet.kernel.id.IdSource;
import dev.cloudlet.kernel.rpc.CallInterceptor;
import java.util.function.Function;

/**
 * Gives every HTTP request its one id, at the outermost place: a well-formed {@code x-request-id}
 * of the caller is taken (see {@link CallInterceptor#requestId}), else one is made. It goes on to
 * the chain beside the request ({@link CallInterceptor#ID}), and back in the header {@code
 * x-request-id} of every answer and in every error.
 */
public final class RequestIds {
  /** The header that carries it in and out. */
  static final String HEADER = "x-request-id";

  private RequestIds() {}

  /** The id of a request. */
  public static String of(ServiceRequestContext ctx) {
    String id = ctx.attr(CallInterceptor.ID);
    return id == null ? ctx.id().text() : id;
  }

  static Function<? super HttpService, SimpleDecoratingHttpService> decorator(IdSource ids) {
    return delegate ->
        new SimpleDecoratingHttpService(delegate) {
          @Override
          public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request)
              throws Exception {
            String id = CallInterceptor.requestId(request.headers().get(HEADER), ids);
            ctx.setAttr(CallInterceptor.ID, id);
            ctx.setAdditionalResponseHeader(HEADER, id);
            return unwrap().serve(ctx, request);
          }
        };
  }
}
