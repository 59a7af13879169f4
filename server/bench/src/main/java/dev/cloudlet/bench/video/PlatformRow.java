package dev.cloudlet.bench.video;

import dev.cloudlet.api.jobs.v1.JobState;
import dev.cloudlet.bench.harness.Cpu;
import dev.cloudlet.bench.harness.Goal;
import dev.cloudlet.bench.harness.Pair;
import dev.cloudlet.bench.harness.Result;
import dev.cloudlet.bench.harness.Row;
import dev.cloudlet.bench.harness.Sample;
import dev.cloudlet.bench.harness.Side;
import dev.cloudlet.bench.harness.Spread;
import dev.cloudlet.bench.harness.Tool;
import dev.cloudlet.kernel.config.ConfigReader;
import dev.cloudlet.kernel.config.ConfigSources;
import dev.cloudlet.sdk.Cloudlet;
import dev.cloudlet.sdk.JobHandle;
import dev.cloudlet.standalone.Standalone;
import dev.cloudlet.standalone.StandaloneConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * e2: a job of the whole platform, from the order of a customer to the answer that it is done with
 * everything published and paid, against the same ffmpeg without a platform.
 */
public final class PlatformRow implements Row {
  private static final int FILM_SECONDS = 24;

  /** The row. */
  public PlatformRow() {}

  @Override
  public List<String> names() {
    return List.of("e2");
  }

  @Override
  public List<Result> measure(int rounds) throws Exception {
    Film film = Film.ofSeconds(FILM_SECONDS);
    List<String> options =
        List.of(
            "--data.folder=" + Tool.folder("platform"),
            "--http.port=0",
            "--s3.port=0",
            "--worker.ffmpeg=" + film.tools().ffmpegPath());
    try (Standalone standalone =
            Standalone.start(
                ConfigReader.of(StandaloneConfig.class).read(ConfigSources.of(options, Map.of())));
        Cloudlet customer = PayingCustomer.of(standalone.localUrl())) {
      Ordered ordered = new Ordered(customer, film);
      Pair pair = Pair.measure(ordered, alone(film), rounds);
      List<Double> beginnings = ordered.beginnings();
      return List.of(
          new Result(
              "e2",
              "until its beginning can be played : until its end",
              Spread.of(beginnings.subList(beginnings.size() - rounds, beginnings.size())),
              Goal.atMost(0.3),
              film + "; as a customer sees it who watches the video"),
          new Result(
              "e2",
              "job of the platform : its ffmpeg alone, time",
              pair.ratio(Sample::seconds),
              Goal.atMost(1.05),
              String.format(
                  Locale.ROOT,
                  "%s; %s s : %s s; all parts embedded",
                  film,
                  Spread.of(pair.ours().stream().map(Sample::seconds).toList()),
                  Spread.of(pair.peers().stream().map(Sample::seconds).toList()))));
    }
  }

  // Each round has a video of its own, uploaded before the time is taken.
  private static final class Ordered implements Side {
    private final Cloudlet customer;
    private final Film film;
    private final List<Double> beginnings = new ArrayList<>();

    Ordered(Cloudlet customer, Film film) {
      this.customer = customer;
      this.film = film;
    }

    /** Which part of each round had passed when the video could be played. */
    List<Double> beginnings() {
      return beginnings;
    }

    @Override
    public Sample round() throws Exception {
      String video = customer.videos().upload(film.file()).getId();
      AtomicLong playable = new AtomicLong();
      double cpu = Cpu.ofThisProcess() + Cpu.ofChildren();
      long begun = System.nanoTime();
      JobHandle job = customer.videos().transcode(video);
      customer
          .videos()
          .watch(
              video,
              Film.PATIENCE,
              update -> {
                if (update.video().getPlayable()) {
                  playable.compareAndSet(0, System.nanoTime());
                }
              });
      double seconds = (System.nanoTime() - begun) / 1e9;
      if (job.get().getState() != JobState.JOB_STATE_SUCCEEDED) {
        throw new IllegalStateException("the job ended as " + job.get().getState());
      }
      beginnings.add((playable.get() - begun) / 1e9 / seconds);
      return new Sample(1, seconds, Cpu.ofThisProcess() + Cpu.ofChildren() - cpu);
    }
  }

  private static Side alone(Film film) {
    return () -> {
      double cpu = Cpu.ofThisProcess() + Cpu.ofChildren();
      long begun = System.nanoTime();
      film.transcode(Tool.folder("hls").resolve("out"));
      double seconds = (System.nanoTime() - begun) / 1e9;
      return new Sample(1, seconds, Cpu.ofThisProcess() + Cpu.ofChildren() - cpu);
    };
  }
}
