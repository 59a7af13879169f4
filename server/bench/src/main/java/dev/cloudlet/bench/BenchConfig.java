package dev.cloudlet.bench;

import dev.cloudlet.kernel.config.Bounds;
import dev.cloudlet.kernel.config.Key;
import java.util.List;

/**
 * What is measured.
 *
 * @param rows names of rows, or {@code all}
 * @param rounds of each side
 */
public record BenchConfig(
    @Key(value = "all", doc = "rows to measure, separated by commas, or all") List<String> rows,
    @Key(value = "7", doc = "rounds of each side") @Bounds(min = "1", max = "100") int rounds) {}
