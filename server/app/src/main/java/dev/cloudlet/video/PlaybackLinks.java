package dev.cloudlet.video;

import dev.cloudlet.api.video.v1.CreatePlaybackResponse;
import dev.cloudlet.kernel.rpc.Timestamps;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Supplier;

/** The addresses at which a video can be played. */
final class PlaybackLinks {
  private final PlaybackTokens tokens;
  private final Supplier<URI> publicUrl;
  private final InstantSource clock;
  private final Duration usualTtl;

  PlaybackLinks(
      PlaybackTokens tokens, Supplier<URI> publicUrl, InstantSource clock, Duration usualTtl) {
    this.tokens = tokens;
    this.publicUrl = publicUrl;
    this.clock = clock;
    this.usualTtl = usualTtl;
  }

  CreatePlaybackResponse make(Video video, Video.Output output, Optional<Duration> ttl) {
    // Whole seconds, as the token keeps them.
    Instant expires = clock.instant().plus(ttl.orElse(usualTtl)).truncatedTo(ChronoUnit.SECONDS);
    String token = tokens.sign(PlaybackScope.of(video, output, expires));
    String server = publicUrl.get().toString().replaceAll("/+$", "");
    String playback = server + "/playback/" + video.id() + '/';
    CreatePlaybackResponse.Builder answer =
        CreatePlaybackResponse.newBuilder()
            .setMasterUrl(playback + VideoTaskFiles.MASTER + "?token=" + token)
            .setPlayerUrl(server + "/play/" + video.id() + "?token=" + token)
            .setExpireTime(Timestamps.of(expires));
    if (!output.posterPath().isEmpty()) {
      answer.setPosterUrl(playback + "poster.jpg?token=" + token);
    }
    if (!output.thumbnailsPath().isEmpty()) {
      answer.setThumbnailsUrl(playback + "thumbnails.vtt?token=" + token);
    }
    return answer.build();
  }
}
