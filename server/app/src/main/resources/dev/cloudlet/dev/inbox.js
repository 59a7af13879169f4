'use strict';
// Mail is foreign text: it is only ever set as textContent.
(() => {
  const every = 2000;
  const mails = document.getElementById('mails');
  const state = document.getElementById('state');
  const to = document.getElementById('to');
  let shown = '';
  to.value = new URLSearchParams(location.search).get('to') || '';

  function part(name, className, text) {
    const node = document.createElement(name);
    node.className = className;
    node.textContent = text;
    return node;
  }

  function article(mail) {
    const node = document.createElement('article');
    node.append(part('h2', '', mail.subject || ''));
    const when = mail.createTime ? new Date(mail.createTime).toLocaleString() : '';
    node.append(part('p', 'about', 'to ' + (mail.to || '') + ', ' + when));
    const code = /\b\d{6}\b/.exec(mail.text || '');
    if (code) node.append(part('p', 'code', code[0]));
    node.append(part('pre', '', mail.text || ''));
    return node;
  }

  function show(list) {
    const now = list.map((mail) => mail.id).join();
    if (now === shown && mails.hasChildNodes()) return;
    shown = now;
    mails.replaceChildren(...(list.length ? list.map(article) : [part('p', 'about', 'No mail yet.')]));
  }

  async function refresh() {
    try {
      const address = to.value.trim();
      const query = address ? '?to=' + encodeURIComponent(address) : '';
      const response = await fetch('/v1/dev/inbox' + query, { cache: 'no-store' });
      if (!response.ok) throw new Error('HTTP ' + response.status);
      show((await response.json()).messages || []);
      state.textContent = '';
    } catch (failure) {
      state.textContent = 'The server does not answer (' + failure.message + ').';
    }
  }

  async function loop() {
    if (!document.hidden) await refresh();
    setTimeout(loop, every);
  }

  to.addEventListener('input', refresh);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) refresh(); });
  loop();
})();
