package dev.cloudlet.rpc;

/** What the documentation page gets on top: a box for the token, kept for the tab only. */
final class DocsPage {
  private DocsPage() {}

  static String tokenBox() {
    return """
        (() => {
          const KEY = 'cloudlet-token';
          armeria.registerHeaderProvider(() => {
            const token = sessionStorage.getItem(KEY);
            return Promise.resolve(token ? { authorization: 'Bearer ' + token } : {});
          });
          const box = document.createElement('form');
          box.setAttribute('aria-label', 'Access token for the calls of this page');
          box.style.cssText = 'position:fixed;right:16px;bottom:16px;z-index:2000;display:flex;gap:8px;padding:8px 12px;'
            + 'background:#fff;border:1px solid #c5cad3;border-radius:8px;box-shadow:0 2px 8px rgba(0,0,0,.15);font:14px sans-serif';
          const input = document.createElement('input');
          input.type = 'password';
          input.placeholder = 'access token';
          input.autocomplete = 'off';
          input.setAttribute('aria-label', 'Access token');
          input.value = sessionStorage.getItem(KEY) || '';
          const button = document.createElement('button');
          button.textContent = input.value ? 'Token is used' : 'Use token';
          box.addEventListener('submit', event => {
            event.preventDefault();
            const token = input.value.trim().replace(/^Bearer\\s+/i, '');
            if (token) { sessionStorage.setItem(KEY, token); } else { sessionStorage.removeItem(KEY); }
            button.textContent = token ? 'Token is used' : 'Use token';
          });
          box.append(input, button);
          const show = () => document.body.append(box);
          if (document.body) { show(); } else { addEventListener('DOMContentLoaded', show); }
        })();
        """;
  }
}
