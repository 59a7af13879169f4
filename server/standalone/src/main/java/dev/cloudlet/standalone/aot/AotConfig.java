package dev.cloudlet.standalone.aot;

import dev.cloudlet.kernel.config.Key;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Which cache is made.
 *
 * @param program what the jar is
 * @param jar the runnable jar, under the path from which it will be started
 * @param cache where the cache goes
 * @param after how long to wait first
 */
public record AotConfig(
    @Key(doc = "standalone, server or worker") TrainedProgram program,
    @Key(doc = "the runnable jar, under the path from which it will be started") Path jar,
    @Key(doc = "file that becomes the cache; if it is there already, nothing is done") Path cache,
    @Key(value = "0s", doc = "how long to wait before, so as not to be in the way of a start")
        Duration after) {}
