package dev.cloudlet.workers.transcode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What of a running attempt can be played already: as many segments as are whole in every step, and
 * the sound's. Only for an attempt that {@link ProgressListener#beganAnew began anew}. Used by one
 * thread, beside the one that transcodes.
 */
public final class GrowingOutput {
  private final TranscodeOrder order;
  private final List<Track> steps;
  private final Optional<Track> sound;

  /** Nothing is looked at yet. */
  public GrowingOutput(TranscodeOrder order) {
    this.order = order;
    this.steps =
        order.ladder().steps().stream()
            .map(step -> new Track(order.outputFolder().resolve(step.name())))
            .toList();
    this.sound =
        order
            .ladder()
            .sound()
            .map(track -> new Track(order.outputFolder().resolve(EncodeCommand.SOUND)));
  }

  /** Whether more can be played than at the last look. */
  public boolean grew() throws IOException {
    boolean grew = false;
    for (Track track : tracks().toList()) {
      grew |= track.look();
    }
    return grew && tracks().allMatch(track -> count(track) > 0);
  }

  private Stream<Track> tracks() {
    return Stream.concat(steps.stream(), sound.stream());
  }

  // All steps end at the same instant, so that a player can change between them up to the end.
  private int count(Track track) {
    return sound.filter(track::equals).isPresent()
        ? track.whole.size()
        : steps.stream().mapToInt(step -> step.whole.size()).min().orElse(0);
  }

  /** Every file that the playlists name, as they are now, relative to the order's folder. */
  public List<Path> files() {
    return tracks().flatMap(track -> track.files(count(track))).toList();
  }

  /**
   * Writes the playlists as they are now.
   *
   * @param folder takes them, under the paths that the finished ones will have
   * @return what was written, relative to {@code folder}, the master playlist last
   */
  public List<Path> writePlaylists(Path folder) throws IOException {
    List<Path> written = new ArrayList<>();
    List<HlsFolder> pictures = new ArrayList<>();
    for (Track step : steps) {
      pictures.add(step.measured(count(step)));
    }
    Optional<HlsFolder> heard = Optional.empty();
    if (sound.isPresent()) {
      heard = Optional.of(sound.get().measured(count(sound.get())));
    }
    for (HlsFolder measured : Stream.concat(pictures.stream(), heard.stream()).toList()) {
      Path playlist = Path.of(measured.name(), HlsFolder.PLAYLIST);
      Files.createDirectories(folder.resolve(measured.name()));
      Files.writeString(folder.resolve(playlist), Playlists.growing(measured));
      written.add(playlist);
    }
    Path master = Path.of(Transcoded.MASTER);
    Files.writeString(
        folder.resolve(master), Playlists.growingMaster(order.ladder(), pictures, heard));
    written.add(master);
    return written;
  }

  /** One playlist's folder while ffmpeg writes into it. */
  private static final class Track {
    private final Path folder;
    private final List<HlsFolder.Piece> whole = new ArrayList<>();
    private long seenBytes;

    Track(Path folder) {
      this.folder = folder;
    }

    /** Takes in what became whole; says whether anything did. */
    boolean look() throws IOException {
      int before = whole.size();
      Path next = folder.resolve(EncodeCommand.segment(before));
      while (isWritten(next) && takeIn(next)) {
        next = folder.resolve(EncodeCommand.segment(whole.size()));
      }
      return whole.size() > before;
    }

    private boolean takeIn(Path segment) {
      try {
        if (whole.isEmpty()) {
          Mp4Boxes.readInit(folder.resolve(EncodeCommand.INIT));
        }
        whole.add(HlsFolder.Piece.of(segment));
        seenBytes = 0;
        return true;
      } catch (IOException torn) {
        // A slow disk: not all of it, or of the header, is there after all. The next look tells.
        return false;
      }
    }

    // A segment is written in one go once its last picture is encoded: that is over if the next one
    // is there, or if it did not become longer from one look to the next.
    private boolean isWritten(Path segment) throws IOException {
      if (!Files.isRegularFile(segment)
          || !Files.isRegularFile(folder.resolve(EncodeCommand.INIT))) {
        return false;
      }
      if (Files.exists(folder.resolve(EncodeCommand.segment(whole.size() + 1)))) {
        return true;
      }
      long bytes = Files.size(segment);
      boolean same = bytes > 0 && bytes == seenBytes;
      seenBytes = bytes;
      return same;
    }

    Stream<Path> files(int count) {
      Path name = folder.getFileName();
      return Stream.concat(
          Stream.of(name.resolve(EncodeCommand.INIT)),
          whole.stream().limit(count).map(piece -> name.resolve(piece.file())));
    }

    HlsFolder measured(int count) throws IOException {
      return HlsFolder.of(folder, whole.subList(0, count));
    }
  }
}
