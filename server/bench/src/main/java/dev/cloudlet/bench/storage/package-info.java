/** Signed addresses against what signs underneath. */
@NullMarked
package dev.cloudlet.bench.storage;

import org.jspecify.annotations.NullMarked;
