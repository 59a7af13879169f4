package dev.cloudlet.identity;

import java.util.Locale;

/**
 * An address in the one form in which addresses are kept and compared.
 *
 * @param value without surrounding blanks, in lower case
 */
record EmailAddress(String value) {
  EmailAddress {
    value = value.strip().toLowerCase(Locale.ROOT);
  }

  /** What stands before the at sign. */
  String localPart() {
    int at = value.lastIndexOf('@');
    return at < 0 ? value : value.substring(0, at);
  }
}
