package dev.cloudlet.identity;

import java.util.Optional;

/** What the owner of an account changes; empty means it stays. */
record ProfileChange(
    Optional<String> name, Optional<Boolean> emailNotifications, Optional<Boolean> secondFactor) {
  boolean isEmpty() {
    return name.isEmpty() && emailNotifications.isEmpty() && secondFactor.isEmpty();
  }
}
