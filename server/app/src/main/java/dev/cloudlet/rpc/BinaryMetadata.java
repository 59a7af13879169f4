package dev.cloudlet.rpc;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import io.grpc.Metadata;
import java.util.Base64;
import java.util.function.Function;

/**
 * Refuses binary metadata (names that end with {@code -bin}) that is not base64. The server library
 * decodes it where nobody hears of the failure: the call would never end.
 */
final class BinaryMetadata {
  private BinaryMetadata() {}

  static Function<? super HttpService, SimpleDecoratingHttpService> decorator() {
    return delegate ->
        new SimpleDecoratingHttpService(delegate) {
          @Override
          public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request)
              throws Exception {
            check(request.headers());
            return unwrap().serve(ctx, request);
          }
        };
  }

  private static void check(RequestHeaders headers) {
    headers.forEach(
        (name, value) -> {
          if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
            for (String each : value.split(",", -1)) {
              decode(each);
            }
          }
        });
  }

  private static void decode(String base64) {
    try {
      Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw ContractJson.malformed("A header whose name ends with -bin is not base64.", e);
    }
  }
}
