/** What every capability is and what it builds on; knows none of them. */
@NullMarked
package dev.cloudlet.capability;

import org.jspecify.annotations.NullMarked;
