'use strict';
// Plays the video that this page's address names. The token is in the address and goes nowhere
// but to this server. `window.cloudletPlayer` tells tests and curious people what happened.
(function () {
  const MAX_EVENTS = 1000;
  const video = document.getElementById('video');
  const problem = document.getElementById('problem');
  const quality = document.getElementById('quality');
  const playing = document.getElementById('playing');
  const again = document.getElementById('again');
  const id = location.pathname.split('/').pop();
  const token = new URLSearchParams(location.search).get('token') || '';
  const base = '/playback/' + encodeURIComponent(id) + '/';
  const query = '?token=' + encodeURIComponent(token);

  const events = [];
  const player = {
    events: events,
    levels: [],
    levelSwitches: [],
    ended: false,
    error: null,
    hls: null,
    video: video,
  };
  window.cloudletPlayer = player;

  function note(type, detail) {
    if (events.length === MAX_EVENTS) {
      events.shift();
    }
    const event = Object.assign({ type: type, at: video.currentTime }, detail);
    events.push(event);
    window.dispatchEvent(new CustomEvent('cloudlet-player', { detail: event }));
  }

  function fail(text, detail) {
    player.error = text;
    problem.textContent = text;
    again.hidden = false;
    note('error', { message: text, detail: detail || '' });
  }

  function nameOf(level) {
    if (!level.height) {
      return 'Sound only';
    }
    return Math.min(level.width || level.height, level.height) + 'p';
  }

  function showLevels(levels) {
    player.levels = levels.map(function (level) {
      return { width: level.width, height: level.height, bitrate: level.bitrate };
    });
    levels
      .map(function (level, index) {
        return { level: level, index: index };
      })
      .sort(function (a, b) {
        return b.level.bitrate - a.level.bitrate;
      })
      .forEach(function (entry) {
        const option = document.createElement('option');
        option.value = String(entry.index);
        option.textContent =
          nameOf(entry.level) + ' (' + Math.round(entry.level.bitrate / 1000) + ' kbit/s)';
        quality.appendChild(option);
      });
    quality.disabled = levels.length < 2;
  }

  function start() {
    if (problem.textContent.trim() !== '') {
      // The server said why it can't be played.
      player.error = problem.textContent;
      problem.focus();
      return;
    }
    // Sound alone has no poster; then nothing is shown.
    video.poster = base + 'poster.jpg' + query;
    if (window.Hls && window.Hls.isSupported()) {
      withHls();
    } else if (video.canPlayType('application/vnd.apple.mpegurl')) {
      natively();
    } else {
      fail('This browser cannot play the video.');
    }
  }

  function natively() {
    video.src = base + 'master.m3u8' + query;
    playing.textContent = 'Quality is chosen by the browser';
    video.addEventListener('error', function () {
      fail('The video could not be loaded. The link may be over.');
    });
  }

  function withHls() {
    const hls = new window.Hls({ capLevelToPlayerSize: false, maxBufferLength: 30 });
    let recoveries = 0;
    player.hls = hls;
    hls.on(window.Hls.Events.MANIFEST_PARSED, function (name, data) {
      showLevels(data.levels);
      note('manifest', { levels: data.levels.length });
    });
    hls.on(window.Hls.Events.LEVEL_SWITCHED, function (name, data) {
      const level = hls.levels[data.level];
      player.levelSwitches.push(data.level);
      playing.textContent = 'Playing ' + nameOf(level);
      note('level', { level: data.level, height: level.height, bitrate: level.bitrate });
    });
    hls.on(window.Hls.Events.ERROR, function (name, data) {
      note('hls-error', { fatal: data.fatal, detail: data.details });
      if (!data.fatal) {
        return;
      }
      if (data.type === window.Hls.ErrorTypes.MEDIA_ERROR && recoveries < 2) {
        recoveries += 1;
        hls.recoverMediaError();
        return;
      }
      const code = data.response && data.response.code;
      fail(
        code === 403
          ? 'This link is over or not valid. Ask for a new one.'
          : 'The video could not be loaded. Check the connection and try again.',
        data.details
      );
    });
    quality.addEventListener('change', function () {
      hls.nextLevel = Number(quality.value);
      note('quality', { level: Number(quality.value) });
    });
    hls.loadSource(base + 'master.m3u8' + query);
    hls.attachMedia(video);
  }

  ['play', 'pause', 'seeked', 'waiting', 'playing'].forEach(function (type) {
    video.addEventListener(type, function () {
      note(type, {});
    });
  });
  video.addEventListener('ended', function () {
    player.ended = true;
    note('ended', {});
  });
  again.addEventListener('click', function () {
    location.reload();
  });
  document.addEventListener('keydown', function (event) {
    const onControl = event.target === quality || event.target === again;
    if (onControl || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (event.key === 'k' || (event.key === ' ' && event.target !== video)) {
      event.preventDefault();
      if (video.paused) {
        video.play().catch(function (refused) {
          note('play-refused', { message: String(refused) });
        });
      } else {
        video.pause();
      }
    } else if (event.key === 'f') {
      if (document.fullscreenElement) {
        document.exitFullscreen();
      } else if (document.getElementById('stage').requestFullscreen) {
        document.getElementById('stage').requestFullscreen();
      }
    } else if (event.key === 'm') {
      video.muted = !video.muted;
    } else if ((event.key === 'j' || event.key === 'l') && isFinite(video.duration)) {
      video.currentTime += event.key === 'j' ? -10 : 10;
    }
  });
  start();
})();
