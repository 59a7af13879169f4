package dev.cloudlet.sdk;

import java.net.URI;
import java.time.Instant;

/**
 * Addresses that play one video. Each carries a token: whoever has an address can play the video
 * until the token ends, so {@code toString} shows none of them.
 *
 * @param master the master playlist for any HLS player
 * @param player a page with a player
 * @param poster a still picture; empty for sound alone and before the first transcode has ended
 * @param thumbnails WebVTT index of the preview pictures; empty likewise
 * @param end when the token ends
 */
public record Playback(URI master, URI player, URI poster, URI thumbnails, Instant end) {
  @Override
  public String toString() {
    return "Playback[*** until " + end + "]";
  }
}
