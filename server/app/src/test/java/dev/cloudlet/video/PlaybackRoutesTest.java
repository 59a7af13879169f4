package dev.cloudlet.video;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.client.BlockingWebClient;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.Server;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.rpc.HttpServer;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlaybackRoutesTest {
  private final VideoFixture world = new VideoFixture();
  private final Video video = world.ready("a.mp4");
  private final String token =
      world.tokens.sign(
          PlaybackScope.of(
              video,
              video.output().orElseThrow(),
              world.world.clock.instant().plus(Duration.ofHours(1))));
  private Server server;
  private BlockingWebClient client;

  @BeforeEach
  void start() {
    var builder =
        HttpServer.builder()
            .http(0)
            // What the edge does with failures, in short.
            .errorHandler(
                (ctx, cause) ->
                    cause instanceof PlatformException known
                        ? HttpResponse.of(HttpStatus.valueOf(status(known)))
                        : HttpResponse.of(HttpStatus.INTERNAL_SERVER_ERROR));
    new PlaybackRoutes(world.playback, new PlayerPage(() -> URI.create("http://s3.test")))
        .register(builder);
    server = builder.build();
    server.start().join();
    client = WebClient.of("http://127.0.0.1:" + server.activeLocalPort()).blocking();
  }

  private static int status(PlatformException failure) {
    return switch (failure.reason()) {
      case ERROR_REASON_PLAYBACK_TOKEN_INVALID -> 403;
      case ERROR_REASON_NOT_FOUND -> 404;
      default -> 500;
    };
  }

  @AfterEach
  void stop() {
    server.stop().join();
  }

  private AggregatedHttpResponse get(String path) {
    return client.get("/playback/" + video.id() + '/' + path);
  }

  @Test
  void playlistsHaveTheirTypeAreOpenToAnyPageAndKeptShortly() {
    for (String path : new String[] {"master.m3u8", "720p/index.m3u8"}) {
      AggregatedHttpResponse answer = get(path + "?token=" + token);
      assertThat(answer.status()).isEqualTo(HttpStatus.OK);
      assertThat(answer.headers().get("content-type")).isEqualTo("application/vnd.apple.mpegurl");
      assertThat(answer.headers().get("access-control-allow-origin")).isEqualTo("*");
      assertThat(answer.headers().get("cache-control")).isEqualTo("private, max-age=60");
      assertThat(answer.contentUtf8()).startsWith("#EXTM3U");
    }
  }

  @Test
  void everyAddressInTheMasterIsServed() {
    String variant =
        get("master.m3u8?token=" + token)
            .contentUtf8()
            .lines()
            .filter(line -> line.startsWith("/playback/"))
            .findFirst()
            .orElseThrow();
    assertThat(client.get(variant).contentUtf8()).contains("seg_00001.m4s?X-Amz");
  }

  @Test
  void thePosterLeadsToTheStore() {
    AggregatedHttpResponse answer = get("poster.jpg?token=" + token);
    assertThat(answer.status()).isEqualTo(HttpStatus.FOUND);
    assertThat(answer.headers().get("location")).startsWith("http://s3.test/videos/hls/");
  }

  @Test
  void withoutOrWithAWrongTokenNothingIsServed() {
    assertThat(get("master.m3u8").status()).isEqualTo(HttpStatus.FORBIDDEN);
    assertThat(get("master.m3u8?token=x.y").status()).isEqualTo(HttpStatus.FORBIDDEN);
    assertThat(client.get("/playback/vid_other/master.m3u8?token=" + token).status())
        .isEqualTo(HttpStatus.FORBIDDEN);
  }

  @Test
  void climbingPathsAreNotServed() {
    for (String path : new String[] {"..%2f..%2fsource/x.m3u8", "a/%2e%2e/%2e%2e/x.m3u8"}) {
      assertThat(get(path + "?token=" + token).status().code()).isBetween(400, 404);
    }
  }

  @Test
  void thePlayersPageAndItsFilesAreServedByUs() {
    AggregatedHttpResponse page = client.get("/play/" + video.id() + "?token=" + token);
    assertThat(page.status()).isEqualTo(HttpStatus.OK);
    assertThat(page.headers().get("content-security-policy"))
        .startsWith("default-src 'none'; script-src 'self'");
    assertThat(page.headers().get("referrer-policy")).isEqualTo("no-referrer");
    for (String asset : new String[] {"hls.js", "player.js", "player.css"}) {
      assertThat(page.contentUtf8()).contains("/assets/" + asset);
      assertThat(client.get("/assets/" + asset).status()).isEqualTo(HttpStatus.OK);
    }
  }

  @Test
  void aBadLinkIsExplainedToThePerson() {
    AggregatedHttpResponse page = client.get("/play/" + video.id() + "?token=bad");
    assertThat(page.status()).isEqualTo(HttpStatus.FORBIDDEN);
    assertThat(page.contentUtf8()).contains("The playback token is not valid.");
  }
}
