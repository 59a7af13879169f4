package dev.cloudlet.workers.transcode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Writes playlists and the preview index over a finished attempt and lists what is to be published.
 */
final class ResultWriter {
  private final TranscodeOrder order;
  private final Optional<ThumbnailPlan> thumbnails;
  private final Duration cpu;
  private final List<Path> files = new ArrayList<>();
  private final List<Path> playlists = new ArrayList<>();

  ResultWriter(TranscodeOrder order, Optional<ThumbnailPlan> thumbnails, Duration cpu) {
    this.order = order;
    this.thumbnails = thumbnails;
    this.cpu = cpu;
  }

  Transcoded write(HlsTranscoder.Measured measured) throws IOException {
    for (HlsFolder step : measured.steps()) {
      addFolder(step);
    }
    if (measured.sound().isPresent()) {
      addFolder(measured.sound().get());
    }
    Optional<Path> poster = addPoster();
    Optional<Path> index = addThumbnails(measured.seconds());
    List<Rendition> renditions = renditions(measured);
    Optional<Integer> channels =
        measured.steps().isEmpty()
            ? Optional.empty()
            : order.ladder().sound().map(Ladder.Sound::channels);
    writeText(Path.of(Transcoded.MASTER), Playlists.master(renditions, channels));
    playlists.add(Path.of(Transcoded.MASTER));
    files.addAll(playlists);
    return new Transcoded(
        renditions,
        Duration.ofMillis(Math.round(measured.seconds() * 1000)),
        files,
        totalBytes(),
        poster,
        index,
        cpu);
  }

  private List<Rendition> renditions(HlsTranscoder.Measured measured) {
    if (measured.steps().isEmpty()) {
      return measured.sound().stream()
          .map(
              sound ->
                  Playlists.rendition(sound, Optional.empty(), Optional.empty(), Optional.empty()))
          .toList();
    }
    List<Rendition> renditions = new ArrayList<>();
    for (int index = 0; index < measured.steps().size(); index++) {
      renditions.add(
          Playlists.rendition(
              measured.steps().get(index),
              Optional.of(order.ladder().steps().get(index)),
              order.ladder().rate(),
              measured.sound()));
    }
    renditions.sort(
        Comparator.comparingInt((Rendition each) -> each.width() * each.height()).reversed());
    return renditions;
  }

  private void addFolder(HlsFolder folder) throws IOException {
    Path name = Path.of(folder.name());
    files.add(name.resolve(EncodeCommand.INIT));
    folder.segments().forEach(segment -> files.add(name.resolve(segment.file())));
    writeText(name.resolve(HlsFolder.PLAYLIST), Playlists.media(folder));
    playlists.add(name.resolve(HlsFolder.PLAYLIST));
  }

  private Optional<Path> addPoster() {
    Path poster = Path.of(EncodeCommand.POSTER);
    if (!Files.isRegularFile(order.outputFolder().resolve(poster))) {
      return Optional.empty();
    }
    files.add(poster);
    return Optional.of(poster);
  }

  private Optional<Path> addThumbnails(double seconds) throws IOException {
    if (thumbnails.isEmpty()) {
      return Optional.empty();
    }
    Path folder = Path.of(EncodeCommand.THUMBNAILS);
    for (int sheet = 0; sheet < thumbnails.get().sheets(); sheet++) {
      Path picture = folder.resolve(ThumbnailPlan.sheetName(sheet));
      if (!Files.isRegularFile(order.outputFolder().resolve(picture))) {
        throw new TranscodeFailed("a preview sheet is missing");
      }
      files.add(picture);
    }
    Path index = folder.resolve("thumbnails.vtt");
    writeText(index, thumbnails.get().vtt(seconds));
    files.add(index);
    return Optional.of(index);
  }

  private void writeText(Path name, String text) throws IOException {
    Files.writeString(order.outputFolder().resolve(name), text);
  }

  private long totalBytes() throws IOException {
    long total = 0;
    for (Path file : files) {
      total += Files.size(order.outputFolder().resolve(file));
    }
    return total;
  }
}
