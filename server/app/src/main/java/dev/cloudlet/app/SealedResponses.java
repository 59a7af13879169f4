package dev.cloudlet.app;

import dev.cloudlet.kernel.crypto.SecretBox;
import dev.cloudlet.kernel.rpc.IdempotencyInterceptor;

/**
 * Kept responses, some of which carry secrets that are shown once, are sealed and bound to their
 * key.
 */
record SealedResponses(SecretBox box) implements IdempotencyInterceptor.ResponseSeal {
  private static final String OWNER = "idempotency";

  @Override
  public byte[] seal(String key, byte[] response) {
    return box.seal(response, new SecretBox.Binding(OWNER, key));
  }

  @Override
  public byte[] open(String key, byte[] sealed) {
    return box.open(sealed, new SecretBox.Binding(OWNER, key));
  }
}
