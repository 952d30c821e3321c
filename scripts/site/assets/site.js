// What a page of the site does beyond being read: ways to look at an element table, folding, search, menu, copying. Every page is whole without it.
(() => {
  'use strict';
  document.documentElement.classList.add('script');
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Element tables
  const fold = (table, closed) => {
    const hidden = new Set();
    for (const row of all('tbody tr', table)) {
      const under = row.dataset.parent !== undefined && (hidden.has(row.dataset.parent) || closed.has(row.dataset.parent));
      if (under) hidden.add(row.dataset.id);
      row.hidden = under;
      row.querySelector('.fold')?.setAttribute('aria-expanded', String(!closed.has(row.dataset.id)));
    }
  };
  for (const elements of all('.elements')) {
    const table = elements.querySelector('table');
    const closed = new Set();
    const show = (view) => {
      elements.dataset.view = view;
      for (const button of all('[data-show]', elements)) button.setAttribute('aria-pressed', String(button.dataset.show === view));
    };
    elements.addEventListener('click', ({ target }) => {
      const { show: view, tree } = target.dataset ?? {};
      if (view !== undefined) show(view);
      if (tree !== undefined) {
        closed.clear();
        if (tree === 'close') all('tbody tr:not(.d0)', table).forEach((row) => row.querySelector('.fold') && closed.add(row.dataset.id));
        fold(table, closed);
      }
      if (target.classList.contains('fold')) {
        const { id } = target.closest('tr').dataset;
        if (!closed.delete(id)) closed.add(id);
        fold(table, closed);
      }
    });
    const reveal = () => {
      const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (row === null || !table.contains(row)) return;
      closed.clear();
      fold(table, closed);
      if (getComputedStyle(row).display === 'none') show('snapshot');
      row.scrollIntoView({ block: 'center' });
    };
    addEventListener('hashchange', reveal);
    reveal();
  }

  // Anchors inside folded parts
  const unfold = () => {
    const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    for (let at = target?.parentElement; at; at = at.parentElement) if (at instanceof HTMLDetailsElement) at.open = true;
  };
  addEventListener('hashchange', unfold);
  unfold();

  // Menu
  const menu = document.getElementById('menu');
  const menuButton = document.querySelector('.menu-button');
  menuButton.addEventListener('click', () => menuButton.setAttribute('aria-expanded', String(menu.classList.toggle('open'))));
  document.addEventListener('click', ({ target }) => all('details[open]', menu).forEach((details) => details.contains(target) || (details.open = false)));
  menu.addEventListener('keydown', (event) => {
    const details = event.target.closest('details[open]');
    if (event.key !== 'Escape' || details === null) return;
    details.open = false;
    details.querySelector('summary').focus();
  });

  // Addresses to copy
  for (const code of all('code.copy')) {
    if (navigator.clipboard === undefined) break;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy-button';
    button.textContent = 'Copy';
    button.setAttribute('aria-label', `Copy ${code.textContent}`);
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = 'Copied';
      setTimeout(() => { button.textContent = 'Copy'; }, 2000);
    });
    code.after(button);
  }

  // Search
  const input = document.getElementById('search');
  const hits = document.getElementById('hits');
  const count = document.getElementById('hit-count');
  const MOST = 12;
  let loading;
  let chosen = -1;
  const load = () => (loading ??= new Promise((done, failed) => {
    const script = document.createElement('script');
    script.src = 'assets/search-index.js';
    script.onload = () => done(window.scoutSearch);
    script.onerror = failed;
    document.head.append(script);
  }));
  // A word of the title counts most, then one of a heading, then any other.
  const score = ([path, title, kind, headings, words], wanted) => {
    let sum = 0;
    let anchor;
    const inTitle = `${title} ${path}`.toLowerCase();
    for (const word of wanted) {
      const at = inTitle.indexOf(word);
      const heading = headings.find(([, text]) => text.toLowerCase().includes(word));
      if (at >= 0) sum += (at === 0 ? 12 : 8) + (inTitle.startsWith(wanted.join(' ')) ? 10 : 0) - title.length / 100;
      else if (heading !== undefined) { sum += 4; anchor ??= heading; }
      else if (words.includes(word)) sum += 1;
      else return undefined;
    }
    // What the guide says comes before its examples.
    return { sum: kind.startsWith('Example') ? sum / 2 : sum, path, title, anchor };
  };
  const marked = (text, wanted) => {
    const pieces = document.createDocumentFragment();
    const pattern = new RegExp(`(${wanted.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})`, 'gi');
    text.split(pattern).forEach((piece, at) => {
      const part = document.createElement(at % 2 === 1 ? 'mark' : 'span');
      part.textContent = piece;
      pieces.append(part);
    });
    return pieces;
  };
  const close = () => {
    hits.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
    chosen = -1;
  };
  const choose = (index) => {
    const options = all('[role=option]', hits);
    if (options.length === 0) return;
    chosen = (index + options.length) % options.length;
    options.forEach((option, at) => option.setAttribute('aria-selected', String(at === chosen)));
    input.setAttribute('aria-activedescendant', options[chosen].id);
    options[chosen].scrollIntoView({ block: 'nearest' });
  };
  const find = async () => {
    const wanted = input.value.toLowerCase().split(/\s+/).filter((word) => word !== '');
    if (wanted.length === 0) {
      count.textContent = '';
      return close();
    }
    const index = await load();
    const found = index.map((row) => ({ row, hit: score(row, wanted) })).filter(({ hit }) => hit !== undefined).sort((a, b) => b.hit.sum - a.hit.sum);
    hits.replaceChildren(...found.slice(0, MOST).map(({ row, hit }, at) => {
      const option = document.createElement('li');
      option.id = `hit-${at}`;
      option.setAttribute('role', 'option');
      option.setAttribute('aria-selected', 'false');
      option.dataset.href = hit.path + (hit.anchor === undefined ? '' : `#${hit.anchor[0]}`);
      option.append(marked(hit.title, wanted));
      const where = document.createElement('span');
      where.className = 'where';
      where.textContent = hit.anchor === undefined ? row[2] : `${row[2]}: ${hit.anchor[1]}`;
      option.append(where);
      return option;
    }));
    if (found.length === 0) {
      const none = document.createElement('li');
      none.textContent = 'Nothing found.';
      none.setAttribute('role', 'option');
      none.setAttribute('aria-disabled', 'true');
      hits.append(none);
    }
    count.textContent = `${found.length} found`;
    hits.hidden = false;
    input.setAttribute('aria-expanded', 'true');
    chosen = -1;
    if (found.length > 0) choose(0);
  };
  input.addEventListener('input', () => void find());
  input.addEventListener('focus', () => void load());
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      choose(chosen + (event.key === 'ArrowDown' ? 1 : -1));
    } else if (event.key === 'Enter') {
      const option = all('[data-href]', hits)[chosen];
      if (option !== undefined) location.href = option.dataset.href;
    } else if (event.key === 'Escape') close();
  });
  hits.addEventListener('mousedown', (event) => {
    const option = event.target.closest('[data-href]');
    if (option === null) return;
    event.preventDefault();
    location.href = option.dataset.href;
  });
  input.addEventListener('blur', close);
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || /^(input|textarea|select)$/i.test(document.activeElement?.tagName ?? '')) return;
    event.preventDefault();
    input.focus();
  });
})();
