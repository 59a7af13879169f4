package dev.cloudlet.video;

import static dev.cloudlet.video.TranscodesTest.refusedWith;
import static dev.cloudlet.video.VideoFixture.ANNA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.common.v1.ErrorReason;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlaybackTest {
  private final VideoFixture world = new VideoFixture();
  private final Video video = world.ready("a.mp4");
  private final String token = token(video);

  private String token(Video of) {
    return world.tokens.sign(
        PlaybackScope.of(
            of, of.output().orElseThrow(), world.world.clock.instant().plus(Duration.ofHours(1))));
  }

  private String text(String path) {
    return ((Playback.Answer.Text) world.playback.get(video.id(), path, token)).text();
  }

  private void invalid(Video of, String path, String with) {
    refusedWith(
        ErrorReason.ERROR_REASON_PLAYBACK_TOKEN_INVALID,
        () -> world.playback.get(of.id(), path, with));
  }

  @Test
  void theMasterCarriesTheTokenToEveryPlaylist() {
    String base = "/playback/" + video.id() + '/';
    assertThat(text("master.m3u8"))
        .isEqualTo(
            """
            #EXTM3U
            #EXT-X-VERSION:7
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="sound",URI="%saudio/index.m3u8?token=%s"
            #EXT-X-STREAM-INF:BANDWIDTH=2800000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720
            %s720p/index.m3u8?token=%s
            """
                .formatted(base, token, base, token));
  }

  @Test
  void aMediaPlaylistPointsStraightToTheStore() {
    String prefix = "http://s3.test/videos/" + video.output().orElseThrow().prefix() + "720p/";
    assertThat(text("720p/index.m3u8").replaceAll("\\?X-Amz[^\"\n]*", "?signed"))
        .isEqualTo(
            """
            #EXTM3U
            #EXT-X-TARGETDURATION:4
            #EXT-X-MAP:URI="%sinit.mp4?signed"
            #EXTINF:4.000,
            %sseg_00001.m4s?signed
            #EXTINF:2.000,
            %sseg_00002.m4s?signed
            #EXT-X-ENDLIST
            """
                .formatted(prefix, prefix, prefix));
    assertThat(text("720p/index.m3u8")).contains("X-Amz-Expires=3900");
  }

  @Test
  void whenTheOwnersAccountIsSwitchedOffItsTokensEndWithinSecondsAndComeBackWithIt() {
    text("master.m3u8");
    world.off.add(ANNA);
    world.world.clock.advance(Duration.ofSeconds(6));
    for (String path : new String[] {"master.m3u8", "720p/index.m3u8", "poster.jpg"}) {
      invalid(video, path, token);
    }
    refusedWith(
        ErrorReason.ERROR_REASON_PLAYBACK_TOKEN_INVALID,
        () -> world.playback.check(video.id(), token));
    world.off.clear();
    world.world.clock.advance(Duration.ofSeconds(6));
    assertThat(text("master.m3u8")).contains("#EXTM3U");
  }

  @Test
  void thumbnailsKeepTheirFragments() {
    assertThat(text("thumbnails.vtt").replaceAll("\\?X-Amz[^#\n]*", "?signed"))
        .contains("WEBVTT")
        .contains("00:00:05.000 --> 00:00:10.000\n")
        .contains("sprite_1.jpg?signed#xywh=160,0,160,90");
  }

  @Test
  void thePosterIsElsewhere() {
    URI poster =
        ((Playback.Answer.Elsewhere) world.playback.get(video.id(), "poster.jpg", token))
            .address()
            .toUri();
    assertThat(poster.getPath()).endsWith("/poster.jpg");
    assertThat(poster.getQuery()).contains("X-Amz-Signature");
  }

  @Test
  void aTokenOpensNoOtherVideo() {
    Video other = world.ready("b.mp4");
    invalid(other, "master.m3u8", token);
    assertThat(world.playback.get(other.id(), "master.m3u8", token(other))).isNotNull();
  }

  @Test
  void aTokenEndsToTheSecond() {
    world.world.clock.advance(Duration.ofMinutes(59));
    assertThat(text("master.m3u8")).contains("#EXTM3U");
    world.world.clock.advance(Duration.ofMinutes(1));
    invalid(video, "master.m3u8", token);
  }

  @Test
  void aChangedTokenIsRefusedWhereverItIsChanged() {
    for (int i = 0; i < token.length(); i++) {
      char other = token.charAt(i) == 'A' ? 'B' : 'A';
      invalid(video, "master.m3u8", token.substring(0, i) + other + token.substring(i + 1));
    }
    for (String bad : new String[] {"", ".", "a.b", token + "x", token.substring(1)}) {
      invalid(video, "master.m3u8", bad);
    }
  }

  @Test
  void aTokenHoldsNoSecretOfTheAccount() {
    assertThat(token).matches("[A-Za-z0-9_-]+\\.[0-9a-f]{64}").hasSizeLessThan(600);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../master.m3u8", "720p/../../x.m3u8", "./master.m3u8", "/etc/passwd.m3u8", "a//b.m3u8",
        "720p/seg_00001.m4s", "%2e%2e/x.m3u8", ".hidden.m3u8", "a\\b.m3u8", ""
      })
  void pathsOutsideOfThePlaylistsAreNotFound(String path) {
    refusedWith(
        ErrorReason.ERROR_REASON_NOT_FOUND, () -> world.playback.get(video.id(), path, token));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../../source/secret.mp4",
        "/videos/other",
        "http://evil.test/x.m4s",
        "//evil.test/x",
        "..%2f..%2fx",
        "seg?x=1",
        "a\\..\\b"
      })
  void aPlaylistThatWasChangedToPointOutsideIsRefused(String reference) {
    String path = video.output().orElseThrow().prefix() + "480p/index.m3u8";
    world.put(path, "#EXTM3U\n#EXTINF:4,\n" + reference + "\n");
    invalid(video, "480p/index.m3u8", token);
    world.put(
        video.output().orElseThrow().prefix() + "360p/index.m3u8",
        "#EXTM3U\n#EXT-X-MAP:URI=\"" + reference + "\"\n");
    invalid(video, "360p/index.m3u8", token);
  }

  @Test
  void soundAloneHasItsPlaylistAsMasterAndNoPoster() {
    Video.Output sound =
        new Video.Output(
            video.output().orElseThrow().prefix(),
            "720p/index.m3u8",
            "",
            "",
            Duration.ofSeconds(6),
            List.of());
    String other =
        world.tokens.sign(
            PlaybackScope.of(video, sound, world.world.clock.instant().plusSeconds(600)));
    assertThat(((Playback.Answer.Text) world.playback.get(video.id(), "master.m3u8", other)).text())
        .contains("/720p/seg_00001.m4s?X-Amz");
    refusedWith(
        ErrorReason.ERROR_REASON_NOT_FOUND,
        () -> world.playback.get(video.id(), "poster.jpg", other));
  }

  @Test
  void anExpiredStorageStopsPlaybackAfterTheGrace() {
    world.world.clock.advance(Duration.ofDays(38));
    String late = token(video);
    refusedWith(
        ErrorReason.ERROR_REASON_STORAGE_EXPIRED,
        () -> world.playback.get(video.id(), "master.m3u8", late));
  }

  @Test
  void linksNameTheServerAndEndWithTheToken() {
    PlaybackLinks links =
        new PlaybackLinks(
            world.tokens,
            () -> URI.create("https://cloud.test/"),
            world.world.clock,
            Duration.ofHours(6));
    var made = links.make(video, video.output().orElseThrow(), Optional.of(Duration.ofMinutes(1)));
    assertThat(made.getMasterUrl())
        .startsWith("https://cloud.test/playback/" + video.id() + "/master.m3u8?token=");
    assertThat(made.getPlayerUrl()).startsWith("https://cloud.test/play/" + video.id());
    assertThat(made.getExpireTime().getSeconds())
        .isEqualTo(world.world.clock.instant().plusSeconds(60).getEpochSecond());
  }

  @Test
  void aVideoThatWasNeverTranscodedCannotBePlayed() {
    Video fresh = world.uploaded("c.mp4");
    refusedWith(ErrorReason.ERROR_REASON_VIDEO_NOT_READY, () -> world.videos.playable(fresh));
    assertThat(world.videos.get(ANNA, fresh.id()).state()).isEqualTo(Video.State.UPLOADED);
  }

  @Test
  void thePlayersPageLoadsNothingInlineOrFromElsewhere() {
    PlayerPage page = new PlayerPage(() -> URI.create("http://s3.test:9000"));
    assertThat(page.contentSecurityPolicy())
        .contains("script-src 'self';")
        .contains("connect-src 'self' http://s3.test:9000")
        .doesNotContain("unsafe");
    assertThat(page.html(Optional.empty()))
        .doesNotContain("{{")
        .doesNotContainPattern("<script>")
        .doesNotContain("style=")
        .doesNotContain("onclick");
    assertThat(page.html(Optional.of("<b>no</b>"))).contains("&lt;b&gt;no&lt;/b&gt;");
    assertThat(page.assets()).extracting(PlayerPage.Asset::path).contains("/assets/hls.js");
  }
}
