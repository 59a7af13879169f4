package dev.cloudlet.dev;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServerBuilder;
import dev.cloudlet.capability.BundledFile;

/**
 * The page {@code /inbox}: three bundled files and nothing else, so the policy allows only them.
 * The script shows mail as text, never as markup.
 */
final class InboxPage {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private InboxPage() {}

  static void route(ServerBuilder server, DevAccess access) {
    serve(server, access, "/inbox", "inbox.html", MediaType.HTML_UTF_8);
    serve(server, access, "/inbox/inbox.js", "inbox.js", MediaType.JAVASCRIPT_UTF_8);
    serve(server, access, "/inbox/inbox.css", "inbox.css", MediaType.CSS_UTF_8);
  }

  private static void serve(
      ServerBuilder server, DevAccess access, String path, String file, MediaType type) {
    byte[] content = BundledFile.bytes(InboxPage.class, file);
    ResponseHeaders headers =
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(type)
            .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, POLICY)
            .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
            .set(HttpHeaderNames.REFERRER_POLICY, "no-referrer")
            .set(HttpHeaderNames.CACHE_CONTROL, "no-cache")
            .build();
    server
        .route()
        .get(path)
        .build(
            (ctx, request) ->
                HttpResponse.of(
                    () -> {
                      access.require(ctx);
                      return HttpResponse.of(headers, HttpData.wrap(content));
                    },
                    ctx.blockingTaskExecutor()));
  }
}
