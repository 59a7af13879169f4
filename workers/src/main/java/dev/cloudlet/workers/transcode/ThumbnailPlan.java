package dev.cloudlet.workers.transcode;

import java.util.Locale;

/**
 * Small pictures at a fixed interval, laid out row by row on sheets of at most 10 by 10, and the
 * WebVTT index that players read.
 *
 * @param intervalSeconds between pictures
 * @param count pictures over all sheets, at least one
 * @param columns pictures in a row
 * @param rows rows on a sheet
 * @param width of one picture
 * @param height of one picture
 */
record ThumbnailPlan(int intervalSeconds, int count, int columns, int rows, int width, int height) {
  private static final int GRID = 10;
  private static final int BOX = 160;

  /** About a hundred pictures, at least one and at most ten seconds apart. */
  static ThumbnailPlan of(double seconds, int pictureWidth, int pictureHeight) {
    int interval = (int) Math.max(1, Math.min(10, Math.ceil(seconds / 100)));
    int count = (int) Math.max(1, Math.ceil(seconds / interval - 1e-6));
    int columns = Math.min(GRID, count);
    int rows = Math.min(GRID, (count + columns - 1) / columns);
    double factor = (double) BOX / Math.max(pictureWidth, pictureHeight);
    return new ThumbnailPlan(
        interval, count, columns, rows, even(pictureWidth * factor), even(pictureHeight * factor));
  }

  private static int even(double side) {
    return Math.max(2, 2 * (int) Math.round(side / 2));
  }

  int sheets() {
    return (count + columns * rows - 1) / (columns * rows);
  }

  /** The name of a sheet, counted from 0, inside the folder of the index. */
  static String sheetName(int sheet) {
    return String.format(Locale.ROOT, "sprite_%03d.jpg", sheet);
  }

  /**
   * The index: each cue is the time a picture stands for, its text the part of a sheet that shows
   * it.
   */
  String vtt(double seconds) {
    StringBuilder text = new StringBuilder("WEBVTT\n");
    for (int picture = 0; picture < count; picture++) {
      int onSheet = picture % (columns * rows);
      double from = (double) picture * intervalSeconds;
      double to = Math.max(from + 0.001, Math.min(seconds, from + intervalSeconds));
      text.append('\n').append(clock(from)).append(" --> ").append(clock(to)).append('\n');
      text.append(sheetName(picture / (columns * rows)))
          .append("#xywh=")
          .append(onSheet % columns * width)
          .append(',')
          .append(onSheet / columns * height)
          .append(',')
          .append(width)
          .append(',')
          .append(height)
          .append('\n');
    }
    return text.toString();
  }

  private static String clock(double seconds) {
    long millis = Math.round(seconds * 1000);
    return String.format(
        Locale.ROOT,
        "%02d:%02d:%02d.%03d",
        millis / 3_600_000,
        millis / 60_000 % 60,
        millis / 1000 % 60,
        millis % 1000);
  }
}
