package dev.cloudlet.workers.transcode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cloudlet.workers.transcode.MediaInfo.Size;
import dev.cloudlet.workers.transcode.UnusableMedia.Reason;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.StreamSupport;

/**
 * Reads ffprobe's JSON. Durations that the container does not tell, or only guesses, come from a
 * scan of the packets.
 */
final class ProbeReport {
  /** Sound that outlasts the picture by less is padding of its codec, not content. */
  private static final double SAME_END = 0.25;

  /** Bare elementary streams: their length is guessed from the bit rate. */
  private static final Set<String> GUESSED = Set.of("mp3", "aac", "ac3", "eac3", "amr");

  private final JsonNode streams;
  private final JsonNode format;
  private final IntFunction<Duration> scan;

  ProbeReport(JsonNode report, IntFunction<Duration> scan) {
    this.streams = report.path("streams");
    this.format = report.path("format");
    this.scan = scan;
  }

  MediaInfo toMedia() {
    Optional<JsonNode> picture = first("video");
    Optional<JsonNode> sound = first("audio");
    if (picture.isEmpty() && sound.isEmpty()) {
      throw new UnusableMedia(
          Reason.NO_VIDEO_OR_AUDIO, "The file has neither a picture track nor a sound track.");
    }
    Optional<MediaInfo.Video> video = picture.map(this::video);
    Optional<MediaInfo.Audio> audio = sound.map(this::audio);
    Duration duration = duration(video, audio);
    if (!duration.isPositive()) {
      throw new UnusableMedia(Reason.CORRUPT, "The file is damaged: it has no length.");
    }
    return new MediaInfo(
        format.path("format_name").asText("unknown"),
        duration,
        format.path("bit_rate").asLong(0),
        video,
        audio);
  }

  private static Duration duration(
      Optional<MediaInfo.Video> video, Optional<MediaInfo.Audio> audio) {
    Duration sound = audio.map(MediaInfo.Audio::end).orElse(Duration.ZERO);
    Duration picture = video.map(MediaInfo.Video::end).orElse(sound);
    double longer = (sound.toMillis() - picture.toMillis()) / 1000.0;
    return longer > SAME_END ? sound : picture;
  }

  private Optional<JsonNode> first(String type) {
    return StreamSupport.stream(streams.spliterator(), false)
        .filter(stream -> stream.path("codec_type").asText().equals(type))
        .filter(stream -> stream.path("disposition").path("attached_pic").asInt() == 0)
        .findFirst();
  }

  private MediaInfo.Video video(JsonNode stream) {
    Size coded = new Size(stream.path("width").asInt(), stream.path("height").asInt());
    if (coded.width() <= 0 || coded.height() <= 0) {
      throw new UnusableMedia(Reason.CORRUPT, "The file is damaged: its picture has no size.");
    }
    int rotation = rotation(stream);
    FrameRate fallback = FrameRate.of(25);
    Optional<FrameRate> average = FrameRate.parse(stream.path("avg_frame_rate").asText());
    Optional<FrameRate> real = FrameRate.parse(stream.path("r_frame_rate").asText());
    FrameRate averageRate = average.or(() -> real).orElse(fallback);
    FrameRate realRate = real.orElse(averageRate);
    double difference = Math.abs(averageRate.perSecond() / realRate.perSecond() - 1);
    String fields = stream.path("field_order").asText("unknown");
    return new MediaInfo.Video(
        stream.path("index").asInt(),
        codec(stream),
        display(stream, coded, rotation),
        coded,
        averageRate,
        realRate,
        difference > 0.01 || average.isEmpty(),
        stream.path("pix_fmt").asText("unknown"),
        rotation,
        Set.of("tt", "bb", "tb", "bt").contains(fields),
        end(stream));
  }

  private MediaInfo.Audio audio(JsonNode stream) {
    return new MediaInfo.Audio(
        stream.path("index").asInt(),
        codec(stream),
        Math.max(1, stream.path("channels").asInt()),
        stream.path("sample_rate").asInt(),
        end(stream));
  }

  private static String codec(JsonNode stream) {
    String name = stream.path("codec_name").asText("unknown");
    if (name.equals("unknown") || name.equals("none")) {
      throw new UnusableMedia(
          Reason.UNSUPPORTED_FORMAT,
          "The "
              + stream.path("codec_type").asText()
              + " track uses a codec that is not known here.");
    }
    return name;
  }

  private static int rotation(JsonNode stream) {
    double turned = 0;
    for (JsonNode side : stream.path("side_data_list")) {
      if (side.has("rotation")) {
        turned = -side.path("rotation").asDouble();
      }
    }
    if (turned == 0) {
      turned = stream.path("tags").path("rotate").asDouble(0);
    }
    return Math.floorMod(90 * (int) Math.round(turned / 90), 360);
  }

  private static Size display(JsonNode stream, Size coded, int rotation) {
    String[] aspect = stream.path("sample_aspect_ratio").asText("1:1").split(":", -1);
    int width = coded.width();
    if (aspect.length == 2) {
      double factor = number(aspect[0]).orElse(1.0) / number(aspect[1]).orElse(1.0);
      if (factor > 0.1 && factor < 10) {
        width = (int) Math.max(1, Math.round(coded.width() * factor));
      }
    }
    return rotation % 180 == 0 ? new Size(width, coded.height()) : new Size(coded.height(), width);
  }

  /** From the file's start, so that a track that begins late ends late. */
  private Duration end(JsonNode stream) {
    String container = format.path("format_name").asText();
    Optional<Double> length =
        number(stream.path("duration").asText()).or(() -> tagged(stream.path("tags")));
    if (length.isEmpty() && onlyTrack()) {
      length = number(format.path("duration").asText());
    }
    if (length.isEmpty() || length.get() <= 0 || GUESSED.contains(container)) {
      return scan.apply(stream.path("index").asInt());
    }
    double fileStart = number(format.path("start_time").asText()).orElse(0.0);
    double late = number(stream.path("start_time").asText()).orElse(fileStart) - fileStart;
    return Duration.ofNanos(Math.round((length.get() + Math.max(0, late)) * 1e9));
  }

  private boolean onlyTrack() {
    return streams.size() == 1;
  }

  /** Matroska keeps each track's end in a tag such as {@code 00:00:09.033000000}. */
  private static Optional<Double> tagged(JsonNode tags) {
    String[] parts = tags.path("DURATION").asText().split(":", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    Optional<Double> hours = number(parts[0]);
    Optional<Double> minutes = number(parts[1]);
    Optional<Double> seconds = number(parts[2]);
    return hours.isPresent() && minutes.isPresent() && seconds.isPresent()
        ? Optional.of(hours.get() * 3600 + minutes.get() * 60 + seconds.get())
        : Optional.empty();
  }

  private static Optional<Double> number(String text) {
    try {
      double value = Double.parseDouble(text);
      return Double.isFinite(value) ? Optional.of(value) : Optional.empty();
    } catch (NumberFormatException notANumber) {
      return Optional.empty();
    }
  }
}
