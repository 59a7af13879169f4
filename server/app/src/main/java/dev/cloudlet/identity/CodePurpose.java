package dev.cloudlet.identity;

/** What a mailed code is good for; a code of one purpose never serves another. */
enum CodePurpose {
  REGISTRATION,
  VERIFICATION,
  PASSWORD_RESET,
  LOGIN,
  /** Mailed only after the right password. */
  SECOND_FACTOR,
  ACCOUNT_DELETION
}
