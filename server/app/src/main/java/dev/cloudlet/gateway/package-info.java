/**
 * The routes of the seed systems, from YAML in {@code gateway-config}: each is an HTTP route, the
 * rpcs it calls through the same chain as every other call, and two small expressions (JSLT) that
 * shape request and answer. HTTP rules of {@code google.api} can neither rename fields nor shape
 * answers, which these routes need, so the files carry both sides.
 */
@NullMarked
package dev.cloudlet.gateway;

import org.jspecify.annotations.NullMarked;
