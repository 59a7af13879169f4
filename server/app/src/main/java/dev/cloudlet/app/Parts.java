package dev.cloudlet.app;

import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.crypto.MasterKey;
import dev.cloudlet.kernel.mail.MailSender;
import dev.cloudlet.kernel.time.MovableClock;
import dev.cloudlet.storage.StoragePlace;
import java.time.InstantSource;

/**
 * What lies outside the server: addresses of real or embedded parts, which the server cannot tell
 * apart.
 *
 * @param mongoUri the truth
 * @param database the database in it
 * @param redisUri the transport
 * @param masterKey seals secrets; the same on every replica
 * @param objects where objects are kept
 * @param outside mail and time
 */
public record Parts(
    Secret mongoUri,
    String database,
    Secret redisUri,
    MasterKey masterKey,
    StoragePlace objects,
    Outside outside) {

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
