package dev.cloudlet.video;

import com.linecorp.armeria.server.ServerBuilder;
import dev.cloudlet.capability.Capability;
import dev.cloudlet.capability.Foundation;
import dev.cloudlet.fleet.TaskFiles;
import dev.cloudlet.jobs.JobHandler;
import dev.cloudlet.kernel.crypto.KeyedHash;
import dev.cloudlet.kernel.time.Pause;
import io.grpc.BindableService;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** Video, wired: register {@link #handler} with the jobs and {@link #taskFiles} with the fleet. */
public final class VideoModule implements Capability {
  /** The kind of its jobs. */
  public static final String JOB_KIND = Transcodes.KIND;

  // A claim is looked at once it is five minutes old.
  private static final Duration FINISH = Duration.ofMinutes(2);
  private static final Duration SWEEP = Duration.ofSeconds(30);

  private final VideoService service;
  private final PlaybackRoutes routes;
  private final TranscodeJobHandler handler;
  private final VideoTaskFiles files;

  private VideoModule(
      VideoService service,
      PlaybackRoutes routes,
      TranscodeJobHandler handler,
      VideoTaskFiles files) {
    this.service = service;
    this.routes = routes;
    this.handler = handler;
    this.files = files;
  }

  /**
   * What its links are made of.
   *
   * @param publicUrl how clients reach this server; asked late, because the port may be free
   * @param objectStore how browsers reach the object store
   * @param hash signs playback tokens; the same on every server
   */
  public record Addresses(Supplier<URI> publicUrl, Supplier<URI> objectStore, KeyedHash hash) {}

  /** Wires video and starts its background work. */
  public static VideoModule create(
      Foundation foundation, VideoConfig config, VideoNeeds needs, Addresses addresses) {
    VideoStores stores =
        new VideoStores(
            new MongoVideoStore(foundation.mongo()), new MongoGarbageStore(foundation.mongo()));
    return wire(foundation, config, needs, addresses, stores);
  }

  /** What is kept. */
  record VideoStores(VideoStore videos, GarbageStore garbage) {}

  static VideoModule wire(
      Foundation foundation,
      VideoConfig config,
      VideoNeeds needs,
      Addresses addresses,
      VideoStores stores) {
    var clock = foundation.clock();
    Leftovers leftovers = new Leftovers(stores.garbage(), needs.storage(), clock);
    Videos videos =
        new Videos(stores.videos(), needs.storage(), leftovers, foundation.signals(), clock);
    Transcodes transcodes =
        new Transcodes(
            videos,
            stores.videos(),
            needs.storage(),
            needs.jobs(),
            new Transcodes.Coins(needs.wallet(), needs.pricing()),
            clock,
            config);
    VideoTaskFiles files = new VideoTaskFiles(videos, needs.storage());
    TranscodeEnd end =
        new TranscodeEnd(
            stores.videos(), videos, leftovers, needs.wallet(), needs.mail(), needs.addressOf());
    TranscodeJobHandler handler =
        handler(foundation, config, needs, files, end, transcodes, videos);
    PlaybackTokens tokens = new PlaybackTokens(addresses.hash(), clock);
    foundation.background().every("finish-transcode-claims", FINISH, transcodes::sweep);
    foundation.background().every("remove-video-leftovers", SWEEP, leftovers::sweep);
    PlaybackLinks links =
        new PlaybackLinks(tokens, addresses.publicUrl(), clock, config.playbackTtl());
    VideoWatch watch = new VideoWatch(videos, needs.jobs(), foundation.signals());
    return new VideoModule(
        new VideoService(videos, transcodes, watch, links, needs.jobs()),
        routes(addresses, new Playback(tokens, needs.storage(), clock, needs.inUse())),
        handler,
        files);
  }

  private static PlaybackRoutes routes(Addresses addresses, Playback playback) {
    return new PlaybackRoutes(playback, new PlayerPage(addresses.objectStore()));
  }

  private static TranscodeJobHandler handler(
      Foundation foundation,
      VideoConfig config,
      VideoNeeds needs,
      VideoTaskFiles files,
      TranscodeEnd end,
      Transcodes transcodes,
      Videos videos) {
    return new TranscodeJobHandler(
        videos,
        needs.storage(),
        needs.fleet(),
        files,
        end,
        new TranscodeJobHandler.Times(foundation.clock(), Pause.real(), config.workerSilence()),
        transcodes::again);
  }

  /** Runs transcodes. */
  public JobHandler handler() {
    return handler;
  }

  /** Signs files for workers. */
  public TaskFiles taskFiles() {
    return files;
  }

  @Override
  public List<BindableService> services() {
    return List.of(service);
  }

  @Override
  public void routes(ServerBuilder server) {
    routes.register(server);
  }
}
