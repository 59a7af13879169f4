package dev.cloudlet.identity;

import dev.cloudlet.kernel.id.AccountId;
import java.time.Instant;

/**
 * An account that waits for its address to be proved.
 *
 * @param id {@code reg_...}, also the id of the mailed code
 * @param account the id that the account will have, so that opening it twice makes one
 * @param email in the form of {@link EmailAddress}
 * @param name how the person wants to be called
 * @param password Argon2id
 * @param expireTime when the code ends
 */
record Registration(
    RegistrationId id,
    AccountId account,
    String email,
    String name,
    StoredHash password,
    Instant expireTime) {}
