package dev.cloudlet.workers.transcode;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Writes playlists from what was produced. All addresses are relative, so a folder can be served
 * from anywhere.
 */
final class Playlists {
  private static final String VERSION = "#EXT-X-VERSION:7\n";
  private static final String SOUND_GROUP = "sound";

  private Playlists() {}

  /** A finished media playlist with measured lengths. */
  static String media(HlsFolder folder) {
    StringBuilder text = new StringBuilder("#EXTM3U\n").append(VERSION);
    text.append("#EXT-X-TARGETDURATION:").append(folder.targetDuration()).append('\n');
    text.append("#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n");
    text.append("#EXT-X-MAP:URI=\"").append(EncodeCommand.INIT).append("\"\n");
    for (HlsFolder.Segment segment : folder.segments()) {
      text.append(String.format(Locale.ROOT, "#EXTINF:%.6f,", segment.seconds())).append("\n");
      text.append(segment.file()).append('\n');
    }
    return text.append("#EXT-X-ENDLIST\n").toString();
  }

  /**
   * The master playlist, smallest first, since Safari starts with the first line and hls.js sorts
   * for itself.
   *
   * @param renditions in any order
   * @param channels of the sound that all renditions share; empty if there is none or if sound is
   *     all there is
   */
  static String master(List<Rendition> renditions, Optional<Integer> channels) {
    StringBuilder text = new StringBuilder("#EXTM3U\n").append(VERSION);
    text.append("#EXT-X-INDEPENDENT-SEGMENTS\n");
    channels.ifPresent(
        count ->
            text.append("#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"" + SOUND_GROUP + "\",NAME=\"Main\"")
                .append(",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"")
                .append(count)
                .append("\",URI=\"" + EncodeCommand.SOUND + "/" + HlsFolder.PLAYLIST + "\"\n"));
    renditions.stream()
        .sorted(Comparator.comparingLong(Rendition::bandwidth))
        .forEach(rendition -> variant(rendition, channels.isPresent(), text));
    return text.toString();
  }

  private static void variant(Rendition rendition, boolean sharedSound, StringBuilder text) {
    text.append("#EXT-X-STREAM-INF:BANDWIDTH=").append(rendition.bandwidth());
    text.append(",AVERAGE-BANDWIDTH=").append(rendition.averageBandwidth());
    text.append(",CODECS=\"").append(rendition.codecs()).append('"');
    if (rendition.width() > 0) {
      text.append(",RESOLUTION=").append(rendition.width()).append('x').append(rendition.height());
      text.append(String.format(Locale.ROOT, ",FRAME-RATE=%.3f", rendition.frameRate()));
      text.append(sharedSound ? ",AUDIO=\"" + SOUND_GROUP + "\"" : "");
      text.append(",CLOSED-CAPTIONS=NONE");
    }
    text.append('\n').append(rendition.name()).append('/').append(HlsFolder.PLAYLIST).append('\n');
  }

  /** What a step offers together with the sound it is played with. */
  static Rendition rendition(
      HlsFolder folder,
      Optional<Ladder.Step> step,
      Optional<FrameRate> rate,
      Optional<HlsFolder> sound) {
    double peak = folder.peakBits() + sound.map(HlsFolder::peakBits).orElse(0.0);
    double average = folder.averageBits() + sound.map(HlsFolder::averageBits).orElse(0.0);
    return new Rendition(
        folder.name(),
        step.map(Ladder.Step::width).orElse(0),
        step.map(Ladder.Step::height).orElse(0),
        (long) Math.ceil(peak),
        (long) Math.ceil(average),
        folder.codec() + sound.map(track -> "," + track.codec()).orElse(""),
        rate.map(FrameRate::perSecond).orElse(0.0),
        folder.segments().size(),
        folder.bytes());
  }
}
