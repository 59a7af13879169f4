package dev.cloudlet.video;

import dev.cloudlet.api.worker.v1.TranscodeResult;
import dev.cloudlet.jobs.Job;
import dev.cloudlet.jobs.JobId;
import dev.cloudlet.kernel.crypto.KeyedHash;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.redis.LocalSignals;
import dev.cloudlet.storage.StorageApi;
import dev.cloudlet.storage.StorageFixture;
import dev.cloudlet.wallet.TransferId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Video on in-memory parts; Anna has storage and coins. */
final class VideoFixture {
  static final AccountId ANNA = StorageFixture.ANNA;
  static final AccountId BEN = StorageFixture.BEN;

  final StorageFixture world = new StorageFixture().enabled(ANNA, "videos");
  final InMemoryVideoStore store = new InMemoryVideoStore();
  final InMemoryGarbageStore garbage = new InMemoryGarbageStore();
  final JobBoard jobs = new JobBoard(world.clock);
  final LocalSignals signals = new LocalSignals();
  final Set<AccountId> off = new HashSet<>();
  final List<String> mails = new ArrayList<>();
  final StorageApi storage = world.api();
  final Leftovers leftovers = new Leftovers(garbage, storage, world.clock);
  final Videos videos = new Videos(store, storage, leftovers, signals, world.clock);
  final VideoTaskFiles files = new VideoTaskFiles(videos, storage);
  final TranscodeEnd end =
      new TranscodeEnd(
          store,
          videos,
          leftovers,
          world.coins,
          (event, to, subject, text) -> {
            if (mails.stream().noneMatch(mail -> mail.startsWith(event.value()))) {
              mails.add(event.value() + ' ' + to + ' ' + subject);
            }
          },
          owner -> Optional.of("anna@example.com"));
  final PlaybackTokens tokens =
      new PlaybackTokens(KeyedHash.of(new byte[32], "playback"), world.clock);
  final Playback playback =
      new Playback(tokens, storage, world.clock, owner -> !off.contains(owner));

  VideoFixture() {
    world.coins.credit(ANNA, new TransferId("coins"), 10_000, "test", "test");
  }

  Transcodes transcodes() {
    return new Transcodes(
        videos,
        store,
        storage,
        jobs,
        new Transcodes.Coins(world.coins, world.coins),
        world.clock,
        VideoConfig.defaults());
  }

  /** A video whose file of 80,000 bytes is there: its transcode costs 2. */
  Video uploaded(String name) {
    Videos.Created created =
        videos.create(
            ANNA,
            new Videos.File(name, 80_000, "video/mp4"),
            Optional.empty(),
            world.request("create-" + name));
    world.objects(ANNA).put("videos", created.video().sourceKey(), new byte[80_000], "video/mp4");
    return videos.complete(ANNA, created.video().id());
  }

  static Video.Order all() {
    return new Video.Order(List.of(), "");
  }

  /** A video whose transcode runs. */
  Job transcoding(String name) {
    Video video = uploaded(name);
    JobId job = transcodes().begin(ANNA, video.id(), all(), world.request("begin-" + name));
    return jobs.get(ANNA, job);
  }

  Video video(Job job) {
    return videos.get(ANNA, new VideoId(job.subject()));
  }

  void put(String key, String text) {
    world.objects(ANNA).put("videos", key, text.getBytes(StandardCharsets.UTF_8), "text/plain");
  }

  /** Puts what a worker would put for this attempt. */
  TranscodeResult outputs(Job job, int attempt) {
    String prefix = video(job).transcode().orElseThrow().prefixOf(attempt);
    put(prefix + "master.m3u8", MASTER);
    put(prefix + "720p/index.m3u8", MEDIA);
    put(prefix + "poster.jpg", "jpg");
    put(prefix + "thumbnails.vtt", THUMBNAILS);
    return TranscodeResult.newBuilder()
        .setMasterPath("master.m3u8")
        .setPosterPath("poster.jpg")
        .setThumbnailsPath("thumbnails.vtt")
        .setFileCount(4)
        .setTotalBytes(3)
        .build();
  }

  /** Puts what a worker would put of the beginning of this attempt, and tells it. */
  String beginning(Job job) {
    String prefix = video(job).transcode().orElseThrow().prefixOf(job.attempt());
    put(prefix + "growing/master.m3u8", MASTER);
    put(prefix + "growing/720p/index.m3u8", GROWING);
    videos.playable(video(job), job);
    return prefix;
  }

  /** A video that can be played. */
  Video ready(String name) {
    Job job = transcoding(name);
    TranscodeResult result = outputs(job, 1);
    end.settle(
        JobBoard.ended(
            job, Job.State.SUCCEEDED, 1, Optional.of(result.toByteArray()), Optional.empty()));
    return video(job);
  }

  static final String MASTER =
      """
      #EXTM3U
      #EXT-X-VERSION:7
      #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="sound",URI="audio/index.m3u8"
      #EXT-X-STREAM-INF:BANDWIDTH=2800000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720
      720p/index.m3u8
      """;
  static final String MEDIA =
      """
      #EXTM3U
      #EXT-X-TARGETDURATION:4
      #EXT-X-MAP:URI="init.mp4"
      #EXTINF:4.000,
      seg_00001.m4s
      #EXTINF:2.000,
      seg_00002.m4s
      #EXT-X-ENDLIST
      """;
  static final String GROWING =
      """
      #EXTM3U
      #EXT-X-TARGETDURATION:4
      #EXT-X-PLAYLIST-TYPE:EVENT
      #EXT-X-MAP:URI="init.mp4"
      #EXTINF:4.000,
      seg_00001.m4s
      """;
  static final String THUMBNAILS =
      """
      WEBVTT

      00:00:00.000 --> 00:00:05.000
      sprite_1.jpg#xywh=0,0,160,90

      00:00:05.000 --> 00:00:10.000
      sprite_1.jpg#xywh=160,0,160,90
      """;
}
