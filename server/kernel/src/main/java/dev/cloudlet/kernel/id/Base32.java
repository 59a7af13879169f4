package dev.cloudlet.kernel.id;

/** Crockford's base 32 in lower case, which keeps the order of the bytes. */
final class Base32 {
  private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();

  private Base32() {}

  /** The 26 characters of a 128-bit number given as two halves. */
  static String encode(long high, long low) {
    char[] out = new char[26];
    long restHigh = high;
    long restLow = low;
    for (int i = 25; i >= 0; i--) {
      out[i] = ALPHABET[(int) (restLow & 31)];
      restLow = (restLow >>> 5) | (restHigh << 59);
      restHigh >>>= 5;
    }
    return new String(out);
  }
}
