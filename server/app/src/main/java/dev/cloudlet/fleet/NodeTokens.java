package dev.cloudlet.fleet;

import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.id.NodeId;
import java.time.Duration;

/** Tokens between server and nodes; implemented by identity. */
public interface NodeTokens {
  /** For calls of the node to the server; good for {@code ttl}. */
  Secret signNodeToken(NodeId nodeId, Duration ttl);

  /** For one call of the server to the node: its audience is the node's id; short-lived. */
  Secret signServerToken(NodeId nodeId);

  /** JSON Web Key Set with which nodes check {@link #signServerToken}. */
  String jwks();
}
