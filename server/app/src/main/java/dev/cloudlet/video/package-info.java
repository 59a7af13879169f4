/** Videos: upload, transcode, playback by signed token. */
@NullMarked
package dev.cloudlet.video;

import org.jspecify.annotations.NullMarked;
