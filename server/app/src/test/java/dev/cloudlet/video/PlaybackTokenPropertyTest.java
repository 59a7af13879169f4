package dev.cloudlet.video;

import static dev.cloudlet.video.TranscodesTest.refusedWith;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.crypto.KeyedHash;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.time.MovableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.StringLength;

/** What a playback token opens: its own scope until its end, and nothing else ever. */
class PlaybackTokenPropertyTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final MovableClock clock = MovableClock.fixedAt(NOW);
  private final PlaybackTokens tokens =
      new PlaybackTokens(KeyedHash.of(new byte[32], "playback"), clock);

  private static PlaybackScope scope(String name, int seconds) {
    return new PlaybackScope(
        new VideoId("vid_" + name),
        new AccountId("usr_" + name),
        "videos",
        "out/" + name + "/1/",
        "master.m3u8",
        "",
        "thumbnails.vtt",
        NOW.plusSeconds(seconds));
  }

  private void refused(String token, VideoId video) {
    refusedWith(ErrorReason.ERROR_REASON_PLAYBACK_TOKEN_INVALID, () -> tokens.open(token, video));
  }

  @Property
  void aTokenOpensItsScopeUntilItsEnd(
      @ForAll @AlphaChars @NotEmpty @StringLength(max = 20) String name,
      @ForAll @IntRange(min = 1, max = 86_400) int seconds) {
    MovableClock later = MovableClock.fixedAt(NOW);
    PlaybackTokens there = new PlaybackTokens(KeyedHash.of(new byte[32], "playback"), later);
    PlaybackScope scope = scope(name, seconds);
    String token = tokens.sign(scope);
    later.advance(Duration.ofSeconds(seconds).minusMillis(1));
    assertThat(there.open(token, scope.video())).isEqualTo(scope);
    later.advance(Duration.ofMillis(1));
    refusedWith(
        ErrorReason.ERROR_REASON_PLAYBACK_TOKEN_INVALID, () -> there.open(token, scope.video()));
  }

  @Property
  void aTokenOpensNoOtherVideo(
      @ForAll @AlphaChars @NotEmpty @StringLength(max = 20) String name,
      @ForAll @AlphaChars @NotEmpty @StringLength(max = 20) String other) {
    Assume.that(!name.equals(other));
    refused(tokens.sign(scope(name, 60)), new VideoId("vid_" + other));
  }

  @Property
  void aTokenThatIsChangedAnywhereOpensNothing(
      @ForAll @IntRange(max = 10_000) int place, @ForAll @CharRange(from = '!', to = '~') char c) {
    PlaybackScope scope = scope("a", 60);
    StringBuilder token = new StringBuilder(tokens.sign(scope));
    int index = place % token.length();
    Assume.that(token.charAt(index) != c);
    token.setCharAt(index, c);
    refused(token.toString(), scope.video());
  }

  @Property
  void noOtherTextOpensAnything(@ForAll String text) {
    refused(text, new VideoId("vid_a"));
  }

  @Provide
  Arbitrary<String> paths() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMaxLength(80),
        Arbitraries.of("..", ".", "/", "a", "720p", "seg_1.m4s", "\\", "%2e", "\n", "\u0000", "-")
            .list()
            .ofMaxSize(7)
            .map(parts -> String.join("", parts)));
  }

  @Property
  void aPathThatAWorkerMayNameStaysBelowItsPrefix(@ForAll("paths") String path) {
    if (VideoTaskFiles.isSafe(path)) {
      Path prefix = Path.of("/bucket/out/1");
      assertThat(prefix.resolve(path).normalize()).isEqualTo(prefix.resolve(path));
      assertThat(prefix.resolve(path).getNameCount())
          .isEqualTo(prefix.getNameCount() + path.split("/", -1).length);
    }
  }
}
