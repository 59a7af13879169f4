/** Transcoding against plain ffmpeg, alone and on the platform. */
@NullMarked
package dev.cloudlet.bench.video;

import org.jspecify.annotations.NullMarked;
