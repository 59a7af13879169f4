package dev.cloudlet.app;

import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.crypto.MasterKey;
import dev.cloudlet.kernel.mail.MailSender;
import dev.cloudlet.kernel.time.MovableClock;
import dev.cloudlet.storage.StoragePlace;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What lies outside the server: addresses of real or embedded parts, which the server cannot tell
 * apart.
 *
 * @param mongo the truth
 * @param redisUri the transport
 * @param masterKeys seal secrets; the same on every replica
 * @param objects where objects are kept
 * @param outside mail and time
 */
public record Parts(
    Sections.Mongo mongo,
    Secret redisUri,
    MasterKeys masterKeys,
    StoragePlace objects,
    Outside outside) {

  /**
   * The keys that stored secrets are sealed with.
   *
   * @param active seals what is written from now on
   * @param previous still open what was sealed before the key was changed
   */
  public record MasterKeys(MasterKey active, List<MasterKey> previous) {
    public MasterKeys {
      previous = List.copyOf(previous);
    }

    /** The active key and the previous ones in {@code list}, separated by commas. */
    public static MasterKeys of(MasterKey active, Optional<Secret> list) {
      return new MasterKeys(
          active,
          list.stream()
              .flatMap(secret -> Arrays.stream(secret.reveal().split(",")))
              .filter(text -> !text.isBlank())
              .map(text -> MasterKey.of(Secret.of(text)))
              .toList());
    }
  }

  /** Mail and time: real, or the development aids of standalone. */
  public sealed interface Outside {
    /** The platform's time. */
    InstantSource clock();

    /** Real mail and the machine's time. */
    record Real(InstantSource clock, MailSender sender) implements Outside {}

    /**
     * Mail goes to the inbox and time can be moved; the development rpcs exist.
     *
     * @param open whether they answer everybody who reaches the port
     */
    record Development(MovableClock clock, boolean open) implements Outside {}
  }
}
