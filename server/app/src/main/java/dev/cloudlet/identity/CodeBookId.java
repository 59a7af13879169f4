package dev.cloudlet.identity;

import dev.cloudlet.kernel.id.TypedId;

/**
 * The codes of one purpose and address, {@code PURPOSE:address}.
 *
 * @param value purpose and address
 */
public record CodeBookId(String value) implements TypedId {
  static CodeBookId of(CodePurpose purpose, EmailAddress email) {
    return new CodeBookId(purpose.name() + ':' + email.value());
  }

  @Override
  public String toString() {
    return value;
  }
}
