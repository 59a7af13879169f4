package dev.cloudlet.video;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.cloudlet.kernel.blob.SignedUrl;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.storage.StorageApi;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What a playback token opens. Playlists come from here, with the token carried on; pictures and
 * segments come straight from the object store by URLs signed until a little after the token ends.
 * No media bytes pass through the server.
 */
final class Playback {
  /** Playlists of many hours stay far below. */
  private static final int MAX_PLAYLIST = 8 << 20;

  private static final long MAX_CACHED = 64L << 20;
  private static final Duration KEEP = Duration.ofMinutes(10);
  // Players ask again after about four seconds: however many they are, the store is asked once.
  private static final Duration KEEP_GROWING = Duration.ofSeconds(1);
  private static final long MAX_GROWING = 16L << 20;
  private static final Duration AFTER_TOKEN = Duration.ofMinutes(5);
  private static final Duration OWNER_KNOWN = Duration.ofSeconds(5);
  private static final int MAX_OWNERS = 10_000;

  private final PlaybackTokens tokens;
  private final StorageApi storage;
  private final InstantSource clock;
  // Whether an owner's account is in use, as of a few seconds ago.
  private final LoadingCache<AccountId, Boolean> inUse;
  // A finished file of an attempt never changes, so what was read stays true.
  private final Cache<String, byte[]> finished;
  private final Cache<String, byte[]> growing;

  /**
   * @param inUse whether an account exists and is not switched off
   */
  Playback(
      PlaybackTokens tokens, StorageApi storage, InstantSource clock, Predicate<AccountId> inUse) {
    this.tokens = tokens;
    this.storage = storage;
    this.clock = clock;
    this.inUse =
        Caffeine.newBuilder()
            .maximumSize(MAX_OWNERS)
            .expireAfterWrite(OWNER_KNOWN)
            .ticker(ticker())
            .build(inUse::test);
    this.finished = cache(MAX_CACHED, KEEP);
    this.growing = cache(MAX_GROWING, KEEP_GROWING);
  }

  private Ticker ticker() {
    return () -> Duration.between(Instant.EPOCH, clock.instant()).toNanos();
  }

  private Cache<String, byte[]> cache(long bytes, Duration keep) {
    return Caffeine.newBuilder()
        .maximumWeight(bytes)
        .weigher((String key, byte[] file) -> key.length() + file.length)
        .expireAfterWrite(keep)
        .ticker(ticker())
        .build();
  }

  /** Something to answer with. */
  sealed interface Answer {
    /**
     * A text of ours.
     *
     * @param finished whether it stays as it is
     */
    record Text(String contentType, String text, boolean finished) implements Answer {}

    /** It is elsewhere. */
    record Elsewhere(SignedUrl address) implements Answer {}
  }

  /**
   * Answers for one path behind {@code /playback/<video>/}.
   *
   * @throws PlatformException PLAYBACK_TOKEN_INVALID, NOT_FOUND, STORAGE_EXPIRED
   */
  Answer get(VideoId video, String path, String token) {
    PlaybackScope scope = check(video, token);
    return switch (path) {
      case VideoTaskFiles.MASTER -> playlist(scope, scope.masterPath(), token);
      case "poster.jpg" -> picture(scope, scope.posterPath());
      case "thumbnails.vtt" -> thumbnails(scope);
      default -> {
        if (!VideoTaskFiles.isSafe(path) || !path.endsWith(".m3u8")) {
          throw PlatformException.notFound("playlist", path);
        }
        yield playlist(scope, path, token);
      }
    };
  }

  /** Refuses a token that does not open the video, or whose owner's account is switched off. */
  PlaybackScope check(VideoId video, String token) {
    PlaybackScope scope = tokens.open(token, video);
    if (!inUse.get(scope.owner())) {
      throw PlaybackTokens.invalid("This video is not served any more.");
    }
    return scope;
  }

  private Answer playlist(PlaybackScope scope, String path, String token) {
    Playlist found = playlist(scope, path);
    Function<String, SignedUrl> signed = signer(scope);
    return new Answer.Text(
        "application/vnd.apple.mpegurl",
        PlaylistRewriter.playlist(
            found.text(),
            path,
            target ->
                target.endsWith(".m3u8")
                    ? "/playback/" + scope.video() + '/' + target + "?token=" + token
                    : signed.apply(scope.prefix() + target).text()),
        found.finished());
  }

  private record Playlist(String text, boolean finished) {}

  // The finished one, else the one that grows while the attempt runs.
  private Playlist playlist(PlaybackScope scope, String path) {
    String key = scope.owner().value() + '/' + scope.bucket() + '/' + scope.prefix() + path;
    byte[] lately = growing.getIfPresent(key);
    if (lately != null) {
      return new Playlist(text(lately), false);
    }
    byte[] whole = finished.get(key, unused -> read(scope, path).orElse(null));
    if (whole != null) {
      return new Playlist(text(whole), true);
    }
    byte[] soFar =
        growing.get(
            key,
            unused ->
                read(scope, VideoTaskFiles.GROWING + path)
                    .orElseThrow(() -> PlatformException.notFound("playlist", path)));
    return new Playlist(text(soFar), false);
  }

  private Optional<byte[]> read(PlaybackScope scope, String path) {
    return storage.readSmall(scope.owner(), scope.bucket(), scope.prefix() + path, MAX_PLAYLIST);
  }

  private static String text(byte[] file) {
    return new String(file, StandardCharsets.UTF_8);
  }

  private Answer thumbnails(PlaybackScope scope) {
    if (scope.thumbnailsPath().isEmpty()) {
      throw PlatformException.notFound("thumbnails of", scope.video().value());
    }
    Function<String, SignedUrl> signed = signer(scope);
    return new Answer.Text(
        "text/vtt; charset=utf-8",
        PlaylistRewriter.thumbnails(
            playlist(scope, scope.thumbnailsPath()).text(),
            scope.thumbnailsPath(),
            target -> signed.apply(scope.prefix() + target).text()),
        true);
  }

  private Answer picture(PlaybackScope scope, String path) {
    if (path.isEmpty()) {
      throw PlatformException.notFound("poster of", scope.video().value());
    }
    return new Answer.Elsewhere(signer(scope).apply(scope.prefix() + path));
  }

  private Function<String, SignedUrl> signer(PlaybackScope scope) {
    Duration left = Duration.between(clock.instant(), scope.expireTime()).plus(AFTER_TOKEN);
    return storage.presigner(scope.owner(), scope.bucket(), left);
  }
}
