package dev.cloudlet.standalone;

import dev.cloudlet.standalone.embedded.EmbeddedS3;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.function.Supplier;

/** How large the embedded parts have grown, and how much room the data folder has. */
final class EmbeddedGauges {
  private final MeterRegistry meters;

  EmbeddedGauges(MeterRegistry meters) {
    this.meters = meters;
  }

  void dataFolder(Path folder) {
    bytes(
        "cloudlet.data.free",
        "Room on the disk of the data folder",
        () -> folder.toFile().getUsableSpace());
  }

  void database(Path file) {
    bytes(
        "cloudlet.embedded.database",
        "Size of the embedded database's file",
        () -> file.toFile().length());
  }

  void objects(EmbeddedS3 store) {
    bytes(
        "cloudlet.embedded.objects",
        "Objects and unfinished uploads in the embedded store",
        store::storedBytes);
  }

  private void bytes(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).baseUnit("bytes").register(meters);
  }
}
