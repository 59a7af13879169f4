package dev.cloudlet.workers.transcode;

import java.util.ArrayList;
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

  // RFC 8216 4.3.5.2; without it a player of a list that has no end begins near its newest segment.
  private static final String FROM_THE_BEGINNING = "#EXT-X-START:TIME-OFFSET=0\n";

  private Playlists() {}

  /** A finished media playlist with measured lengths. */
  static String media(HlsFolder folder) {
    return media(folder, folder.targetDuration(), "VOD\n") + "#EXT-X-ENDLIST\n";
  }

  /** The same of a folder that is still written: players begin at the beginning and ask again. */
  static String growing(HlsFolder folder) {
    // RFC 8216 6.2.1: the target stays the same while the list grows.
    int target = Math.max(EncodeCommand.SEGMENT_SECONDS, folder.targetDuration());
    return media(folder, target, "EVENT\n" + FROM_THE_BEGINNING);
  }

  private static String media(HlsFolder folder, int target, String type) {
    StringBuilder text = new StringBuilder("#EXTM3U\n").append(VERSION);
    text.append("#EXT-X-TARGETDURATION:").append(target).append('\n');
    text.append("#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:").append(type);
    text.append("#EXT-X-INDEPENDENT-SEGMENTS\n");
    text.append("#EXT-X-MAP:URI=\"").append(EncodeCommand.INIT).append("\"\n");
    for (HlsFolder.Segment segment : folder.segments()) {
      text.append(String.format(Locale.ROOT, "#EXTINF:%.6f,", segment.seconds())).append("\n");
      text.append(segment.file()).append('\n');
    }
    return text.toString();
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

  /**
   * The master playlist of what is made so far.
   *
   * @param pictures a folder for each of the ladder's steps, in its order
   */
  static String growingMaster(Ladder ladder, List<HlsFolder> pictures, Optional<HlsFolder> sound) {
    if (pictures.isEmpty()) {
      return master(
          sound.stream()
              .map(alone -> rendition(alone, Optional.empty(), Optional.empty(), Optional.empty()))
              .toList(),
          Optional.empty());
    }
    List<Rendition> renditions = new ArrayList<>();
    for (int index = 0; index < pictures.size(); index++) {
      Optional<Ladder.Step> step = Optional.of(ladder.steps().get(index));
      Rendition soFar = rendition(pictures.get(index), step, ladder.rate(), sound);
      // What is to come may need more than what is there.
      renditions.add(soFar.withBandwidth(Math.max(soFar.bandwidth(), ceiling(step.get(), ladder))));
    }
    return master(renditions, ladder.sound().map(Ladder.Sound::channels));
  }

  private static long ceiling(Ladder.Step step, Ladder ladder) {
    return step.maxBitRate() + (long) ladder.sound().map(Ladder.Sound::bitRate).orElse(0);
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
