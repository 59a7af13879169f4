package dev.cloudlet.kernel.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, written with a binary ({@code KiB MiB GiB TiB}) or decimal ({@code kB MB GB
 * TB}) unit; a bare number is bytes.
 *
 * @param bytes zero or more
 */
public record DataSize(long bytes) implements Comparable<DataSize> {
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,18})\\s*([kmgt]i?b|b|)", Pattern.CASE_INSENSITIVE);
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  /** Refuses a negative size. */
  public DataSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size cannot be negative");
    }
  }

  /** A size of {@code count} times 1024 x 1024 bytes. */
  public static DataSize ofMebibytes(long count) {
    return new DataSize(Math.multiplyExact(count, 1L << 20));
  }

  /**
   * Reads {@code 64MiB}, {@code 1 GB} or {@code 1000}.
   *
   * @throws IllegalArgumentException if the text has another form or the size does not fit in a
   *     long
   */
  public static DataSize parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a size");
    }
    String unit = matcher.group(2).toLowerCase(Locale.ROOT);
    int power = unit.isEmpty() || unit.equals("b") ? 0 : "kmgt".indexOf(unit.charAt(0)) + 1;
    long base = unit.contains("i") ? 1024 : 1000;
    try {
      long bytes = Long.parseLong(matcher.group(1));
      for (int i = 0; i < power; i++) {
        bytes = Math.multiplyExact(bytes, base);
      }
      return new DataSize(bytes);
    } catch (ArithmeticException tooLarge) {
      throw new IllegalArgumentException("the size is too large", tooLarge);
    }
  }

  /** The size as an int, for buffers and arrays; {@link ArithmeticException} if it does not fit. */
  public int toIntExact() {
    return Math.toIntExact(bytes);
  }

  @Override
  public int compareTo(DataSize other) {
    return Long.compare(bytes, other.bytes);
  }

  /** The shortest exact form with a binary unit; {@link #parse} reads it back. */
  @Override
  public String toString() {
    long value = bytes;
    int unit = 0;
    while (value != 0 && value % 1024 == 0 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return value + UNITS[unit];
  }
}
