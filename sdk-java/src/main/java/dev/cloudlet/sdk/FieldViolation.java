package dev.cloudlet.sdk;

/**
 * A field that the server refused.
 *
 * @param field its path, such as {@code ladder[1].height}
 * @param rule the rule that it breaks, such as {@code string.email}
 * @param message a sentence for a person
 */
public record FieldViolation(String field, String rule, String message) {}
