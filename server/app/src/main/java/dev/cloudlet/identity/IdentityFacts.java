package dev.cloudlet.identity;

import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.NodeId;
import java.time.Duration;
import java.util.Optional;

/** Answers other capabilities from the store of accounts and the keys. */
final class IdentityFacts implements IdentityApi {
  private final AccountStore accounts;
  private final AccessTokens tokens;

  IdentityFacts(AccountStore accounts, AccessTokens tokens) {
    this.accounts = accounts;
    this.tokens = tokens;
  }

  @Override
  public Optional<AccountFacts> find(AccountId id) {
    return accounts.find(id).map(account -> new AccountFacts(account.email(), account.disabled()));
  }

  @Override
  public Optional<String> notificationAddress(AccountId id) {
    return accounts
        .find(id)
        .filter(account -> account.settings().emailNotifications())
        .map(Account::email);
  }

  @Override
  public Secret signNodeToken(NodeId node, Duration ttl) {
    return Secret.of(tokens.signNode(node, ttl));
  }

  @Override
  public Secret signServerToken(NodeId node) {
    return Secret.of(tokens.signServer(node));
  }

  @Override
  public String jwks() {
    return tokens.jwks();
  }
}
