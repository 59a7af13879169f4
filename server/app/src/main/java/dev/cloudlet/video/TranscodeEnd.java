package dev.cloudlet.video;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.video.v1.Rendition;
import dev.cloudlet.api.worker.v1.TranscodeResult;
import dev.cloudlet.capability.CoinText;
import dev.cloudlet.jobs.Job;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.mail.MailEventId;
import dev.cloudlet.mail.MailOutbox;
import dev.cloudlet.wallet.HoldId;
import dev.cloudlet.wallet.WalletApi;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * What follows the end of a transcode: pay or give back, note what is to be removed, show the
 * result, tell the owner. Called until it returns; every step may have happened before.
 */
final class TranscodeEnd {
  private final VideoStore store;
  private final Videos videos;
  private final Leftovers leftovers;
  private final WalletApi wallet;
  private final MailOutbox mail;
  private final Function<AccountId, Optional<String>> addressOf;

  TranscodeEnd(
      VideoStore store,
      Videos videos,
      Leftovers leftovers,
      WalletApi wallet,
      MailOutbox mail,
      Function<AccountId, Optional<String>> addressOf) {
    this.store = store;
    this.videos = videos;
    this.leftovers = leftovers;
    this.wallet = wallet;
    this.mail = mail;
    this.addressOf = addressOf;
  }

  /** Settles the job and says what it cost. */
  long settle(Job job) {
    long cost = pay(job);
    Optional<Video> video = store.find(new VideoId(job.subject()));
    video.ifPresent(found -> show(found, job));
    video.ifPresent(found -> tell(found, job, cost));
    return cost;
  }

  private long pay(Job job) {
    if (job.holdId().isEmpty()) {
      return 0;
    }
    HoldId holdId = job.holdId().get();
    if (job.state() == Job.State.SUCCEEDED) {
      try {
        wallet.capture(holdId, job.costMinor());
      } catch (PlatformException settled) {
        if (settled.reason() != ErrorReason.ERROR_REASON_HOLD_SETTLED) {
          throw settled;
        }
        // Given back before: the ledger has decided, and the work is a present.
        return 0;
      }
      return job.costMinor();
    }
    wallet.release(holdId);
    return 0;
  }

  private void show(Video video, Job job) {
    Optional<Video.Transcode> transcode = video.transcodeBy(job.id());
    if (transcode.isEmpty()) {
      return;
    }
    VideoStore.Ending ending = ending(video, transcode.get(), job);
    noteLeftovers(video, transcode.get(), job);
    if (store.finish(video.id(), job.id(), ending)) {
      videos.changed(video.id());
    }
  }

  private static VideoStore.Ending ending(Video video, Video.Transcode transcode, Job job) {
    return switch (job.state()) {
      case SUCCEEDED ->
          new VideoStore.Ending(
              Video.State.READY,
              Optional.of(output(transcode.prefixOf(job.attempt()), result(job))),
              Optional.empty());
      case CANCELLED ->
          new VideoStore.Ending(video.idleState(), Optional.empty(), Optional.empty());
      default ->
          new VideoStore.Ending(
              Video.State.FAILED,
              Optional.empty(),
              job.failure()
                  .map(
                      why ->
                          new Video.Failure(
                              why.reason(), why.message(), Optional.of(transcode.order()))));
    };
  }

  private void noteLeftovers(Video video, Video.Transcode transcode, Job job) {
    int keep = job.state() == Job.State.SUCCEEDED ? job.attempt() : 0;
    for (int attempt = 1; attempt <= job.attempt(); attempt++) {
      if (attempt != keep) {
        leftovers.attempt(video, transcode.prefixOf(attempt));
      }
    }
    if (keep > 0) {
      // Whether or not anybody was told of them.
      leftovers.attempt(video, transcode.prefixOf(keep) + VideoTaskFiles.GROWING);
      video.output().ifPresent(earlier -> leftovers.watched(video, earlier.prefix()));
    }
  }

  private static TranscodeResult result(Job job) {
    try {
      return TranscodeResult.parseFrom(job.result().orElseThrow());
    } catch (InvalidProtocolBufferException damaged) {
      throw new IllegalStateException("the result of " + job.id() + " is damaged", damaged);
    }
  }

  private static Video.Output output(String prefix, TranscodeResult result) {
    return new Video.Output(
        prefix,
        result.getMasterPath(),
        result.getPosterPath(),
        result.getThumbnailsPath(),
        Duration.ofSeconds(result.getDuration().getSeconds(), result.getDuration().getNanos()),
        result.getRenditionsList().stream().map(TranscodeEnd::rung).toList());
  }

  private static Video.Rung rung(Rendition rendition) {
    return new Video.Rung(
        rendition.getName(),
        rendition.getWidth(),
        rendition.getHeight(),
        rendition.getPeakBitsPerSecond(),
        rendition.getAverageBitsPerSecond(),
        rendition.getCodecs(),
        rendition.getFrameRate());
  }

  private void tell(Video video, Job job, long cost) {
    // A file name is the customer's text: no line breaks into the subject.
    String name = video.fileName().replaceAll("\\p{Cntrl}", " ");
    Letter letter = letter(video, name, job, cost);
    addressOf
        .apply(video.owner())
        .ifPresent(
            to ->
                mail.send(new MailEventId(job.id().value()), to, letter.subject(), letter.text()));
  }

  private record Letter(String subject, String text) {}

  private static Letter letter(Video video, String name, Job job, long cost) {
    return switch (job.state()) {
      case SUCCEEDED ->
          new Letter(
              "Your video is ready: " + name,
              "Your video %s was transcoded and can be played.\n\nVideo: %s\nCharged: %s coins\n"
                  .formatted(name, video.id(), CoinText.of(cost)));
      case CANCELLED ->
          new Letter(
              "Transcode cancelled: " + name,
              "The transcode of %s was cancelled. The coins put aside were given back.\n"
                  .formatted(name));
      default ->
          new Letter(
              "Transcode failed: " + name,
              "The transcode of %s failed: %s\nThe coins put aside were given back.\n\nVideo: %s\n"
                  .formatted(
                      name,
                      job.failure().map(Job.Failure::message).orElse("no reason is known"),
                      video.id()));
    };
  }
}
