package dev.cloudlet.identity;

import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.NodeId;
import java.time.Duration;
import java.util.Optional;

/** What other capabilities may ask of identity. Any thread that may block. */
public interface IdentityApi {
  /**
   * What others may know of an account.
   *
   * @param email proved, lower-cased
   * @param disabled whether the account is switched off
   */
  record AccountFacts(String email, boolean disabled) {}

  /** The account; empty if there is none. */
  Optional<AccountFacts> find(AccountId id);

  /**
   * Where mail about finished work goes; empty if the owner switched it off ({@code
   * Preferences.email_notifications}), or if there is no such account.
   */
  Optional<String> notificationAddress(AccountId id);

  /**
   * A token with which a node calls the server; audience {@code cloudlet-node}, subject the node.
   *
   * @param ttl at least a second
   */
  Secret signNodeToken(NodeId node, Duration ttl);

  /**
   * A token with which the server calls a node; audience the node's id, subject {@code server},
   * good for two minutes: make one per call.
   */
  Secret signServerToken(NodeId node);

  /** The public keys that check every token of this installation, as a JSON Web Key Set. */
  String jwks();
}
