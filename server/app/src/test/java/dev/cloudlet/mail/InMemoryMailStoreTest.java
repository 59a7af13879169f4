package dev.cloudlet.mail;

class InMemoryMailStoreTest extends MailStoreContract {
  private final MailStore store = new InMemoryMailStore();

  @Override
  MailStore store() {
    return store;
  }
}
