package dev.cloudlet.workers.transcode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cloudlet.workers.transcode.UnusableMedia.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Measures a local file and refuses what can't be transcoded before any time is spent on it: the
 * head must decode and, where the container has an index, the end must be there. Safe for use by
 * several threads.
 */
public final class MediaProbe {
  /**
   * What is accepted.
   *
   * @param maxDuration longest play time
   * @param maxSide largest width or height in pixels
   * @param maxPixels largest area in pixels
   * @param timeLimit for each of the few tool runs that a probe takes
   */
  public record Limits(Duration maxDuration, int maxSide, long maxPixels, Duration timeLimit) {
    /** Twelve hours, 8192 pixels a side, 8K pictures, one minute a run. */
    public static final Limits DEFAULT =
        new Limits(Duration.ofHours(12), 8192, 7680L * 4320, Duration.ofMinutes(1));
  }

  private final FfmpegTools tools;
  private final Limits limits;
  private final ObjectMapper json = new ObjectMapper();

  /** Uses these tools and refuses beyond these limits. */
  public MediaProbe(FfmpegTools tools, Limits limits) {
    this.tools = tools;
    this.limits = limits;
  }

  /**
   * Measures {@code input}, which must be a readable file.
   *
   * @throws UnusableMedia if it can't be transcoded, with the reason
   * @throws TranscodeStopped if cancelled, interrupted or out of time
   */
  public MediaInfo probe(Path input, CancelSignal cancel) {
    FileKind kind = FileKind.of(input);
    switch (kind) {
      case EMPTY -> throw new UnusableMedia(Reason.NOT_MEDIA, "The file is empty.");
      case TEXT -> throw new UnusableMedia(Reason.NOT_MEDIA, "The file is text, not media.");
      case POINTS_ELSEWHERE ->
          throw new UnusableMedia(
              Reason.UNSUPPORTED_FORMAT,
              "The file is a playlist or script that points to other files; upload the media"
                  + " itself.");
      case MEDIA, UNKNOWN -> {}
    }
    Session session = new Session(input, kind, new ToolRun.Limits(limits.timeLimit(), cancel));
    JsonNode report = session.report();
    MediaInfo media = new ProbeReport(report, session::scan).toMedia();
    refuseBeyondLimits(media);
    MediaInfo decodable = session.withoutSilentTracks(media);
    session.requireEnd(decodable);
    return decodable;
  }

  private void refuseBeyondLimits(MediaInfo media) {
    if (media.duration().compareTo(limits.maxDuration()) > 0) {
      throw new UnusableMedia(
          Reason.TOO_LONG,
          "It plays for "
              + media.duration().toMinutes()
              + " minutes; at most "
              + limits.maxDuration().toMinutes()
              + " are accepted.");
    }
    media
        .video()
        .ifPresent(
            video -> {
              int width = Math.max(video.coded().width(), video.display().width());
              int height = Math.max(video.coded().height(), video.display().height());
              if (Math.max(width, height) > limits.maxSide()
                  || (long) width * height > limits.maxPixels()) {
                throw new UnusableMedia(
                    Reason.TOO_LARGE_PICTURE,
                    "The picture of " + width + "x" + height + " pixels is larger than accepted.");
              }
              if (video.display().shortSide() < 16) {
                throw new UnusableMedia(
                    Reason.UNSUPPORTED_FORMAT, "The picture is smaller than 16 pixels.");
              }
            });
  }

  /** The tool runs for one input. */
  private final class Session {
    private final Path input;
    private final FileKind kind;
    private final ToolRun.Limits run;

    Session(Path input, FileKind kind, ToolRun.Limits run) {
      this.input = input;
      this.kind = kind;
      this.run = run;
    }

    JsonNode report() {
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  "-v",
                  "error",
                  "-of",
                  "json",
                  "-show_format",
                  "-show_streams",
                  "-analyzeduration",
                  "15M",
                  "-probesize",
                  "30M"));
      arguments.addAll(InputOptions.of(input));
      ToolRun.Captured captured = ToolRun.capture(tools.ffprobe(arguments), run);
      if (captured.exitCode() != 0) {
        throw refused(captured.errors());
      }
      try {
        return json.readTree(captured.text());
      } catch (JsonProcessingException broken) {
        throw new TranscodeFailed("ffprobe's report can't be read: " + broken.getOriginalMessage());
      }
    }

    private UnusableMedia refused(String errors) {
      if (errors.contains("not on whitelist")) {
        return new UnusableMedia(
            Reason.UNSUPPORTED_FORMAT, "This kind of file is not accepted as video or sound.");
      }
      return kind == FileKind.MEDIA
          ? corrupt("The file is damaged or cut off: it can't be opened.")
          : new UnusableMedia(Reason.NOT_MEDIA, "The file is not media of a known kind.");
    }

    /** How long one stream lasts, by walking through its packets; nothing is decoded. */
    Duration scan(int streamIndex) {
      List<String> arguments = new ArrayList<>(List.of("-v", "error", "-nostdin"));
      arguments.addAll(InputOptions.of(input));
      arguments.addAll(
          List.of(
              "-map",
              "0:" + streamIndex,
              "-c",
              "copy",
              "-f",
              "null",
              "-progress",
              "pipe:1",
              "-nostats",
              "-stats_period",
              "5",
              "-"));
      EncodeProgress positions = new EncodeProgress(Double.MAX_VALUE, Optional.empty(), 0);
      ToolRun.toEnd(tools.ffmpeg(arguments), run, positions::line, child -> {});
      return Duration.ofNanos(Math.round(positions.done() * 1e9));
    }

    /**
     * Decodes one picture and one piece of sound. A track that gives none is dropped if the other
     * one does.
     */
    MediaInfo withoutSilentTracks(MediaInfo media) {
      boolean picture = media.video().map(video -> decodes(video.streamIndex(), "v")).orElse(false);
      boolean sound = media.audio().map(audio -> decodes(audio.streamIndex(), "a")).orElse(false);
      if (media.video().isPresent() && !picture) {
        throw undecodable("picture");
      }
      if (media.video().isEmpty() && !sound) {
        throw undecodable("sound");
      }
      return sound
          ? media
          : new MediaInfo(
              media.container(),
              media.video().map(MediaInfo.Video::end).orElse(media.duration()),
              media.bitRate(),
              media.video(),
              Optional.empty());
    }

    private UnusableMedia undecodable(String what) {
      return kind == FileKind.MEDIA
          ? corrupt("The file is damaged: its " + what + " can't be decoded.")
          : new UnusableMedia(Reason.NOT_MEDIA, "The file is not media of a known kind.");
    }

    /**
     * Whether one piece comes out whole: decoders hide damage as well as they can, so they are told
     * not to.
     */
    private boolean decodes(int streamIndex, String type) {
      List<String> arguments =
          new ArrayList<>(List.of("-v", "error", "-nostdin", "-err_detect", "explode"));
      arguments.addAll(InputOptions.of(input));
      arguments.addAll(
          List.of("-map", "0:" + streamIndex, "-frames:" + type, "1", "-f", "framecrc", "-"));
      ToolRun.Captured captured = ToolRun.capture(tools.ffmpeg(arguments), run);
      return captured.text().lines().anyMatch(line -> line.startsWith("0,"));
    }

    /** An index at the front promises media that a cut-off file does not have. */
    void requireEnd(MediaInfo media) {
      if (media.container().startsWith("mov,") && BoxWalk.cutOff(input)) {
        throw corrupt("The file is cut off: its end is missing.");
      }
    }
  }

  private static UnusableMedia corrupt(String message) {
    return new UnusableMedia(Reason.CORRUPT, message);
  }
}
