/**
 * Worker nodes: registration by join token, heart-beats, slots, and the calls by which workers get
 * what an attempt needs.
 */
@NullMarked
package dev.cloudlet.fleet;

import org.jspecify.annotations.NullMarked;
