package dev.cloudlet.workers.transcode;

/** The input itself is at fault: the same file fails again anywhere. */
public final class UnusableMedia extends TranscodeException {
  private static final long serialVersionUID = 1L;

  /** What is wrong with it; names are stable. */
  public enum Reason {
    /** No media at all: text, an empty file, noise. */
    NOT_MEDIA,
    /** A media file that is damaged or cut off. */
    CORRUPT,
    /** A sound container without anything to see or hear. */
    NO_VIDEO_OR_AUDIO,
    /** Plays longer than allowed. */
    TOO_LONG,
    /** Pictures larger than allowed. */
    TOO_LARGE_PICTURE,
    /**
     * A kind that is not accepted: playlists and scripts that point elsewhere, still pictures, rare
     * containers and codecs.
     */
    UNSUPPORTED_FORMAT
  }

  private final Reason reason;

  UnusableMedia(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** What is wrong, for programs. */
  public Reason reason() {
    return reason;
  }

  @Override
  public boolean retryable() {
    return false;
  }
}
