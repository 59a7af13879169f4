package dev.cloudlet.rpc;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;

/** A request that a decorator has read whole goes on its way. */
final class Whole {
  private Whole() {}

  static HttpResponse served(HttpService service, ServiceRequestContext ctx, HttpRequest request) {
    ctx.updateRequest(request);
    try {
      return service.serve(ctx, request);
    } catch (Exception e) {
      return HttpResponse.ofFailure(e);
    }
  }
}
