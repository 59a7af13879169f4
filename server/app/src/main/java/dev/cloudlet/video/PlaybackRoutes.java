package dev.cloudlet.video;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.cloudlet.kernel.error.PlatformException;
import java.util.Optional;

/** Playback and the player's page as plain HTTP. */
final class PlaybackRoutes {
  /** Answers carry addresses that end with the token: nobody else may keep them. */
  private static final String SHORT = "private, max-age=60";

  // Players ask again for a playlist that grows.
  private static final String NOT_AT_ALL = "no-store";

  private final Playback playback;
  private final PlayerPage page;

  PlaybackRoutes(Playback playback, PlayerPage page) {
    this.playback = playback;
    this.page = page;
  }

  void register(ServerBuilder server) {
    server.route().get("/playback/{video_id}/{*path}").build(blocking(this::play));
    server.route().get("/play/{video_id}").build(blocking(this::player));
    for (PlayerPage.Asset asset : page.assets()) {
      server.route().get(asset.path()).build((ctx, request) -> asset(asset));
    }
  }

  /** Something that reads the store. */
  private interface Work {
    HttpResponse answer(ServiceRequestContext ctx);
  }

  private static HttpService blocking(Work work) {
    return (ServiceRequestContext ctx, HttpRequest request) ->
        HttpResponse.of(() -> work.answer(ctx), ctx.blockingTaskExecutor());
  }

  private HttpResponse play(ServiceRequestContext ctx) {
    Playback.Answer answer =
        playback.get(new VideoId(parameter(ctx, "video_id")), parameter(ctx, "path"), token(ctx));
    return switch (answer) {
      case Playback.Answer.Text text ->
          HttpResponse.of(
              open(HttpStatus.OK)
                  .set("content-type", text.contentType())
                  .set("cache-control", text.finished() ? SHORT : NOT_AT_ALL)
                  .build(),
              HttpData.ofUtf8(text.text()));
      case Playback.Answer.Elsewhere elsewhere ->
          HttpResponse.of(
              open(HttpStatus.FOUND)
                  .set("location", elsewhere.address().text())
                  .set("cache-control", SHORT)
                  .build());
    };
  }

  // Any page may play what its token opens; no cookie is ever looked at here.
  private static ResponseHeadersBuilder open(HttpStatus status) {
    return ResponseHeaders.builder(status).set("access-control-allow-origin", "*");
  }

  private HttpResponse player(ServiceRequestContext ctx) {
    Optional<String> problem = Optional.empty();
    try {
      playback.check(new VideoId(parameter(ctx, "video_id")), token(ctx));
    } catch (PlatformException refused) {
      problem = Optional.of(refused.sentence());
    }
    return HttpResponse.of(
        ResponseHeaders.builder(problem.isEmpty() ? HttpStatus.OK : HttpStatus.FORBIDDEN)
            .set("content-type", "text/html; charset=utf-8")
            .set("cache-control", "private, no-store")
            .set("content-security-policy", page.contentSecurityPolicy())
            .set("referrer-policy", "no-referrer")
            .build(),
        HttpData.ofUtf8(page.html(problem)));
  }

  private static HttpResponse asset(PlayerPage.Asset asset) {
    return HttpResponse.of(
        ResponseHeaders.builder(HttpStatus.OK)
            .set("content-type", asset.contentType())
            .set("cache-control", "public, max-age=3600")
            .build(),
        HttpData.wrap(asset.content()));
  }

  private static String parameter(ServiceRequestContext ctx, String name) {
    return Optional.ofNullable(ctx.pathParam(name)).orElse("");
  }

  private static String token(ServiceRequestContext ctx) {
    return Optional.ofNullable(ctx.queryParam("token"))
        .orElseThrow(() -> PlaybackTokens.invalid("The address lacks its playback token."));
  }
}
