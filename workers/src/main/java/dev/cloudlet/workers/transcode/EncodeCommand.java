package dev.cloudlet.workers.transcode;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The one command line that makes everything: decode once, split, scale, encode each step, the
 * sound once, a poster and preview sheets. All output names are relative to the attempt's folder,
 * where ffmpeg is run.
 */
final class EncodeCommand {
  static final int SEGMENT_SECONDS = 4;
  static final String SOUND = "audio";
  static final String POSTER = "poster.jpg";
  static final String THUMBNAILS = "thumbnails";
  static final String INIT = "init.mp4";
  static final String SEGMENT_PREFIX = "seg_";
  static final String SEGMENT_SUFFIX = ".m4s";

  /**
   * AAC starts with one packet of run-up. Sound begins that much later, so that its first packet is
   * at zero and lips stay in sync.
   */
  private static final int AAC_RUN_UP = 1024;

  private final TranscodeOrder order;
  private final FfmpegTools.VideoEncoder encoder;
  private final Optional<ThumbnailPlan> thumbnails;
  private final int finished;
  private final List<String> line = new ArrayList<>();

  /**
   * @param finished segments of every step that are not made again
   */
  EncodeCommand(
      TranscodeOrder order,
      FfmpegTools.VideoEncoder encoder,
      Optional<ThumbnailPlan> thumbnails,
      int finished) {
    this.order = order;
    this.encoder = encoder;
    this.thumbnails = thumbnails;
    this.finished = finished;
  }

  /** The name of a media segment, counted from 0, inside its step's folder. */
  static String segment(int number) {
    return String.format(Locale.ROOT, SEGMENT_PREFIX + "%05d" + SEGMENT_SUFFIX, number);
  }

  /** Seconds of the result. */
  static double seconds(MediaInfo media) {
    return media.duration().toNanos() / 1e9;
  }

  List<String> arguments() {
    String threads = Integer.toString(order.cpuThreads());
    add("-v", "error", "-nostdin", "-y", "-progress", "pipe:1", "-nostats");
    add("-stats_period", "0.5", "-filter_complex_threads", threads, "-threads", threads);
    line.addAll(InputOptions.of(order.input()));
    add("-filter_complex", filters());
    for (Ladder.Step step : order.ladder().steps()) {
      stepOutput(step, threads);
    }
    order.ladder().sound().ifPresent(this::soundOutput);
    if (thumbnails.isPresent()) {
      imageOutput("[thumbs]", "4", THUMBNAILS + "/sprite_%03d.jpg", "-start_number", "0");
      imageOutput("[still]", "3", POSTER, "-frames:v", "1", "-update", "1");
    }
    return List.copyOf(line);
  }

  private void add(String... words) {
    line.addAll(List.of(words));
  }

  private String filters() {
    List<String> chains = new ArrayList<>();
    order.media().video().ifPresent(video -> pictureFilters(video, chains));
    if (order.ladder().sound().isPresent()) {
      order.media().audio().ifPresent(audio -> chains.add(soundFilter(audio)));
    }
    return String.join(";", chains);
  }

  private void pictureFilters(MediaInfo.Video video, List<String> chains) {
    FrameRate rate = order.ladder().rate().orElseThrow();
    List<Ladder.Step> steps = order.ladder().steps();
    double missing = seconds(order.media()) - video.end().toNanos() / 1e9;
    StringBuilder source = new StringBuilder("[0:" + video.streamIndex() + "]");
    source.append(video.interlaced() ? "yadif=deint=interlaced," : "");
    source.append("fps=").append(rate).append(":start_time=0,");
    if (missing > 0) {
      // The last picture stands still while sound goes on: every segment is then as long as its
      // picture says.
      source.append(decimal("tpad=stop_mode=clone:stop_duration=%.6f,", missing));
    }
    source.append("trim=end_frame=").append(rate.framesIn(seconds(order.media())));
    source.append(",split=").append(steps.size() + (thumbnails.isPresent() ? 2 : 0));
    for (int index = 0; index < steps.size(); index++) {
      source.append("[s").append(index).append(']');
    }
    source.append(thumbnails.isPresent() ? "[st][sp]" : "");
    chains.add(source.toString());
    for (int index = 0; index < steps.size(); index++) {
      Ladder.Step step = steps.get(index);
      chains.add(
          "[s"
              + index
              + "]"
              + afterFinished(rate)
              + scale(step.width(), step.height())
              + ",format=yuv420p[v"
              + index
              + "]");
    }
    thumbnails.ifPresent(plan -> imageFilters(plan, steps.getLast(), rate, chains));
  }

  // As if the film began here: so the first new segment is made as a first one is.
  private String afterFinished(FrameRate rate) {
    return finished == 0 ? "" : "trim=start_frame=" + firstFrame(rate) + ",setpts=PTS-STARTPTS,";
  }

  private long firstFrame(FrameRate rate) {
    return rate.firstFrameAt((long) finished * SEGMENT_SECONDS);
  }

  // The same instants of the whole film. A picture's time there is not exactly the sum, so it may
  // be a hair early.
  private String keyFrames(FrameRate rate) {
    return finished == 0
        ? "expr:gte(t,n_forced*" + SEGMENT_SECONDS + ")"
        : "expr:gte(t+"
            + firstFrame(rate)
            + "*"
            + rate.denominator()
            + "/"
            + rate.numerator()
            + "+0.00001,(n_forced+"
            + finished
            + ")*"
            + SEGMENT_SECONDS
            + ")";
  }

  private void imageFilters(
      ThumbnailPlan plan, Ladder.Step largest, FrameRate rate, List<String> chains) {
    // Black first pictures are common, so the poster is taken a little later.
    long still = Math.min(rate.framesIn(10), rate.framesIn(seconds(order.media())) / 10);
    chains.add(
        "[sp]trim=start_frame="
            + still
            + ":end_frame="
            + (still + 1)
            + ","
            + scale(largest.width(), largest.height())
            + ",format=yuvj420p[still]");
    chains.add(
        "[st]select=gte(t\\,selected_n*"
            + plan.intervalSeconds()
            + "),"
            + scale(plan.width(), plan.height())
            + ",tile="
            + plan.columns()
            + "x"
            + plan.rows()
            + ",format=yuvj420p[thumbs]");
  }

  private static String scale(int width, int height) {
    return "scale=" + width + ":" + height + ",setsar=1";
  }

  private String soundFilter(MediaInfo.Audio audio) {
    Ladder.Sound sound = order.ladder().sound().orElseThrow();
    StringBuilder chain = new StringBuilder("[0:" + audio.streamIndex() + "]");
    chain.append("aresample=").append(sound.sampleRate()).append(":async=1:first_pts=0");
    chain.append(",aformat=channel_layouts=").append(sound.channels() == 1 ? "mono" : "stereo");
    if (order.media().video().isPresent()) {
      double seconds = seconds(order.media());
      chain.append(decimal(",apad=whole_dur=%.6f", seconds));
      chain.append(decimal(",atrim=end=%.6f", seconds));
    }
    return chain.append(",atrim=start_sample=").append(AAC_RUN_UP).append("[sound]").toString();
  }

  private static String decimal(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  private void stepOutput(Ladder.Step step, String threads) {
    FrameRate rate = order.ladder().rate().orElseThrow();
    int index = order.ladder().steps().indexOf(step);
    add("-map", "[v" + index + "]", "-c:v", encoder.option(), "-threads:v", threads);
    quality(step);
    // The encoder's own interval is out of reach: key frames come where they are forced, the same
    // instants in every step.
    add("-g", Long.toString(2 * rate.framesIn(SEGMENT_SECONDS)));
    add("-force_key_frames", keyFrames(rate));
    if (finished == 0) {
      hlsOutput(step.name(), SEGMENT_SECONDS);
    } else {
      // The first one may be a hair shorter than the others; every key frame begins a segment.
      hlsOutput(step.name(), SEGMENT_SECONDS - 1, "-start_number", Integer.toString(finished));
    }
  }

  private void quality(Ladder.Step step) {
    String ceiling = Integer.toString(step.maxBitRate());
    switch (encoder) {
      case LIBX264 ->
          add(
              "-preset",
              "veryfast",
              "-crf",
              Integer.toString(step.crf()),
              "-maxrate",
              ceiling,
              "-bufsize",
              Integer.toString(2 * step.maxBitRate()),
              "-profile:v",
              "high",
              "-forced-idr",
              "1",
              "-sc_threshold",
              "0");
      case LIBOPENH264 ->
          add(
              "-rc_mode",
              "bitrate",
              "-b:v",
              Integer.toString(step.maxBitRate() / 5 * 4),
              "-maxrate",
              ceiling,
              "-profile:v",
              "high");
    }
  }

  private void soundOutput(Ladder.Sound sound) {
    add("-map", "[sound]", "-c:a", "aac", "-b:a", Integer.toString(sound.bitRate()));
    hlsOutput(SOUND, SEGMENT_SECONDS);
  }

  private void hlsOutput(String folder, int seconds, String... more) {
    // Places and names in the source's metadata are the customer's own: they don't travel.
    add("-map_metadata", "-1", "-map_chapters", "-1");
    // Time starts at zero in every track. Otherwise each output would be shifted by its own
    // encoder's delay.
    add("-avoid_negative_ts", "disabled");
    add("-f", "hls", "-hls_time", Integer.toString(seconds), "-hls_list_size", "0");
    add(more);
    add("-hls_playlist_type", "vod", "-hls_segment_type", "fmp4");
    add("-hls_fmp4_init_filename", INIT);
    add("-hls_segment_filename", folder + "/" + SEGMENT_PREFIX + "%05d" + SEGMENT_SUFFIX);
    add(folder + "/" + HlsFolder.PLAYLIST);
  }

  private void imageOutput(String pad, String quality, String name, String... more) {
    add("-map", pad, "-map_metadata", "-1", "-c:v", "mjpeg", "-q:v", quality);
    add("-fps_mode", "passthrough", "-f", "image2");
    add(more);
    add(name);
  }
}
