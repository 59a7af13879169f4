/** The rules that all code keeps, as tests: a module's own test only says which code it means. */
@NullMarked
package dev.cloudlet.testkit.rules;

import org.jspecify.annotations.NullMarked;
