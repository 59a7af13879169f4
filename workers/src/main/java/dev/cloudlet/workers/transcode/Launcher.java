package dev.cloudlet.workers.transcode;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The small programs that are put in front of a tool: one asks the kernel to kill it when its
 * parent dies, one lowers its priority so that the worker still answers heart-beats. Both replace
 * themselves by the tool, so the process id is the tool's.
 */
final class Launcher {
  private Launcher() {}

  /** What this system has of them; may be empty. */
  static List<String> find(String searchPath) {
    List<String> words = new ArrayList<>();
    Optional<Path> deathSignal = FfmpegTools.onPath("setpriv", searchPath);
    deathSignal.ifPresent(
        setpriv -> words.addAll(List.of(setpriv.toString(), "--pdeathsig", "KILL")));
    FfmpegTools.onPath("nice", searchPath)
        .ifPresent(nice -> words.addAll(List.of(nice.toString(), "-n", "10")));
    return List.copyOf(words);
  }
}
