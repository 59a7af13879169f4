package dev.cloudlet.video;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.cloudlet.kernel.blob.SignedUrl;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.storage.StorageApi;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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
  private static final Duration AFTER_TOKEN = Duration.ofMinutes(5);
  private static final Duration OWNER_KNOWN = Duration.ofSeconds(5);
  private static final int MAX_OWNERS = 10_000;

  private final PlaybackTokens tokens;
  private final StorageApi storage;
  private final InstantSource clock;
  // Whether an owner's account is in use, as of a few seconds ago.
  private final LoadingCache<AccountId, Boolean> inUse;
  // Files of an attempt never change once its output is shown, so what was read stays true.
  private final Cache<String, byte[]> files =
      Caffeine.newBuilder()
          .maximumWeight(MAX_CACHED)
          .weigher((String key, byte[] file) -> key.length() + file.length)
          .expireAfterWrite(KEEP)
          .build();

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
            .ticker(() -> Duration.between(Instant.EPOCH, clock.instant()).toNanos())
            .build(inUse::test);
  }

  /** Something to answer with. */
  sealed interface Answer {
    /** A text of ours. */
    record Text(String contentType, String text) implements Answer {}

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
      case "master.m3u8" -> playlist(scope, scope.masterPath(), token);
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
    String text = read(scope, path);
    Function<String, SignedUrl> signed = signer(scope);
    return new Answer.Text(
        "application/vnd.apple.mpegurl",
        PlaylistRewriter.playlist(
            text,
            path,
            target ->
                target.endsWith(".m3u8")
                    ? "/playback/" + scope.video() + '/' + target + "?token=" + token
                    : signed.apply(scope.prefix() + target).text()));
  }

  private Answer thumbnails(PlaybackScope scope) {
    if (scope.thumbnailsPath().isEmpty()) {
      throw PlatformException.notFound("thumbnails of", scope.video().value());
    }
    Function<String, SignedUrl> signed = signer(scope);
    return new Answer.Text(
        "text/vtt; charset=utf-8",
        PlaylistRewriter.thumbnails(
            read(scope, scope.thumbnailsPath()),
            scope.thumbnailsPath(),
            target -> signed.apply(scope.prefix() + target).text()));
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

  private String read(PlaybackScope scope, String path) {
    String key = scope.prefix() + path;
    byte[] file =
        files.get(
            scope.owner().value() + '/' + scope.bucket() + '/' + key,
            unused ->
                storage
                    .readSmall(scope.owner(), scope.bucket(), key, MAX_PLAYLIST)
                    .orElseThrow(() -> PlatformException.notFound("playlist", path)));
    return new String(file, StandardCharsets.UTF_8);
  }
}
