package dev.cloudlet.app;

import dev.cloudlet.fleet.NodeTokens;
import dev.cloudlet.identity.IdentityApi;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.id.NodeId;
import java.time.Duration;

/** The fleet's tokens are signed by identity, whose keys every server shares. */
public record IdentityNodeTokens(IdentityApi identity) implements NodeTokens {
  @Override
  public Secret signNodeToken(NodeId nodeId, Duration ttl) {
    return identity.signNodeToken(nodeId, ttl);
  }

  @Override
  public Secret signServerToken(NodeId nodeId) {
    return identity.signServerToken(nodeId);
  }

  @Override
  public String jwks() {
    return identity.jwks();
  }
}
