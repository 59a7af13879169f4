package dev.cloudlet.video;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.crypto.KeyedHash;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;

/**
 * Tokens for playback: the scope as text and a keyed hash of it. They hold nothing secret, so a
 * leaked token opens one video for a while and nothing else.
 */
final class PlaybackTokens {
  private static final String VERSION = "p1";
  private static final int FIELDS = 9;
  private static final int MAX_LENGTH = 4096;

  private final KeyedHash hash;
  private final InstantSource clock;

  PlaybackTokens(KeyedHash hash, InstantSource clock) {
    this.hash = hash;
    this.clock = clock;
  }

  String sign(PlaybackScope scope) {
    // No field can hold a line break: keys and names are checked when they are made.
    String text =
        String.join(
            "\n",
            VERSION,
            scope.video().value(),
            scope.owner().value(),
            scope.bucket(),
            scope.prefix(),
            scope.masterPath(),
            scope.posterPath(),
            scope.thumbnailsPath(),
            Long.toString(scope.expireTime().getEpochSecond()));
    String body =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    return body + '.' + hash.hash(body);
  }

  /** The scope of a token for this video, or PLAYBACK_TOKEN_INVALID. */
  PlaybackScope open(String token, VideoId video) {
    int dot = token.lastIndexOf('.');
    if (token.length() > MAX_LENGTH
        || dot < 1
        || !hash.matches(token.substring(0, dot), token.substring(dot + 1))) {
      throw invalid("The playback token is not valid.");
    }
    PlaybackScope scope = read(token.substring(0, dot));
    if (!scope.video().equals(video)) {
      throw invalid("The playback token is for another video.");
    }
    if (!clock.instant().isBefore(scope.expireTime())) {
      throw invalid("The playback token is over. Ask for a new link.");
    }
    return scope;
  }

  private static PlaybackScope read(String body) {
    String text = new String(Base64.getUrlDecoder().decode(body), StandardCharsets.UTF_8);
    List<String> fields = List.of(text.split("\n", -1));
    if (fields.size() != FIELDS || !fields.getFirst().equals(VERSION)) {
      throw invalid("The playback token is of another version. Ask for a new link.");
    }
    return new PlaybackScope(
        new VideoId(fields.get(1)),
        new AccountId(fields.get(2)),
        fields.get(3),
        fields.get(4),
        fields.get(5),
        fields.get(6),
        fields.get(7),
        Instant.ofEpochSecond(Long.parseLong(fields.get(8))));
  }

  static PlatformException invalid(String message) {
    return new PlatformException(ErrorReason.ERROR_REASON_PLAYBACK_TOKEN_INVALID, message);
  }
}
