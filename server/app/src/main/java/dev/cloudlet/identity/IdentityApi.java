package dev.cloudlet.identity;

import dev.cloudlet.api.identity.v1.Role;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.NodeId;
import java.time.Duration;
import java.util.Optional;

/** What other capabilities may ask of identity. Any thread that may block. */
public interface IdentityApi {
  /**
   * What others may know of an account.
   *
   * @param id {@code usr_...}
   * @param email proved, lower-cased
   * @param name how the person wants to be called
   * @param role as it is now
   * @param disabled whether the account is switched off
   */
  record AccountFacts(AccountId id, String email, String name, Role role, boolean disabled) {}

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
  String signNodeToken(NodeId node, Duration ttl);

  /**
   * A token with which the server calls a node; audience the node's id, subject {@code server},
   * good for two minutes: make one per call.
   */
  String signServerToken(NodeId node);

  /** The public keys that check every token of this installation, as a JSON Web Key Set. */
  String jwks();
}
