package dev.cloudlet.kernel.rpc;

import dev.cloudlet.api.identity.v1.Role;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.NodeId;
import dev.cloudlet.kernel.id.SessionId;
import java.util.Optional;

/**
 * Who calls, as proved by the token of the call. The only source of identity: nothing in a message
 * ever says who the caller is.
 */
public sealed interface Principal {
  /** Stable text for logs, limits and idempotency keys, such as {@code usr_...}; never a secret. */
  String subject();

  /** Nobody in particular. */
  record Anonymous(String clientAddress) implements Principal {
    @Override
    public String subject() {
      return "ip:" + clientAddress;
    }
  }

  /**
   * A signed-in account.
   *
   * @param role as kept by the server
   */
  record Account(AccountId accountId, Role role, SessionId sessionId) implements Principal {
    @Override
    public String subject() {
      return accountId.value();
    }
  }

  /**
   * The holder of a refresh token that is still unchecked beyond its form; only identity reads it.
   */
  record Refresh(dev.cloudlet.kernel.config.Secret token, boolean fromCookie, String clientAddress)
      implements Principal {
    @Override
    public String subject() {
      return "ip:" + clientAddress;
    }
  }

  /** A worker node. */
  record Node(NodeId nodeId) implements Principal {
    @Override
    public String subject() {
      return nodeId.value();
    }
  }

  /** The server, calling a worker. */
  record Server(String instance) implements Principal {
    @Override
    public String subject() {
      return "server:" + instance;
    }
  }

  /** The account, if one is signed in. */
  default Optional<Account> account() {
    return this instanceof Account account ? Optional.of(account) : Optional.empty();
  }
}
