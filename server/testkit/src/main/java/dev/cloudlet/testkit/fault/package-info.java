/**
 * A proxy that stands between a server and one of its parts and fails as a test says: connections
 * that break before or after the part acted, answers that never come, a part that is gone.
 */
@NullMarked
package dev.cloudlet.testkit.fault;

import org.jspecify.annotations.NullMarked;
