/** What a start costs. */
@NullMarked
package dev.cloudlet.bench.start;

import org.jspecify.annotations.NullMarked;
