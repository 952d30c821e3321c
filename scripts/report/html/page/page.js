// The page's own script: filters, search, links to results, copying, colours in JSON. Without it the page is complete, only longer to read.
'use strict';
(() => {
  const root = document.documentElement;
  const find = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  root.classList.add('script');

  const data = JSON.parse(find('#report-data').textContent);
  const results = all('.result').map((element) => ({ element, verdict: element.dataset.verdict, text: undefined }));
  const containers = all('.cause, .group, .passes, .block');
  const folders = all('.group, .passes');
  const openAtFirst = new Map(folders.map((folder) => [folder, folder.open]));
  const tiles = all('.tile');
  const search = find('#search');
  const status = find('#status');
  const clear = find('#clear');
  const openAll = find('#open-all');

  /** Everything a person may look for; bodies of exchanges are left out, or every search would find everything. */
  function textOf(result) {
    if (result.text === undefined) {
      const parts = all('summary, .lead, .requirement, .comparison, .witness, .curl', result.element).map((part) => part.textContent);
      const heading = find('h4', result.element.closest('.cause, .group'));
      result.text = [...parts, heading.textContent].join(' ').replace(/\s+/g, ' ').toLowerCase();
    }
    return result.text;
  }

  function filter() {
    const verdicts = tiles.filter((tile) => tile.getAttribute('aria-pressed') === 'true').map((tile) => tile.dataset.verdict);
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const active = verdicts.length > 0 || words.length > 0;
    let shown = 0;
    for (const result of results) {
      const match = (verdicts.length === 0 || verdicts.includes(result.verdict)) && words.every((word) => textOf(result).includes(word));
      result.element.hidden = !match;
      if (match) shown += 1;
    }
    for (const container of containers) container.hidden = !find('.result:not([hidden])', container);
    for (const folder of folders) folder.open = active ? true : openAtFirst.get(folder);
    clear.hidden = !active;
    find('#nothing').hidden = shown > 0;
    status.textContent = active ? `${shown} of ${results.length} tests` : `${results.length} tests`;
    nameOpenAll();
  }

  const visible = () => results.filter((result) => !result.element.hidden).map((result) => result.element);

  function nameOpenAll() {
    openAll.textContent = visible().some((element) => !element.open) ? 'Open all' : 'Close all';
  }

  function clearFilters() {
    for (const tile of tiles) tile.setAttribute('aria-pressed', 'false');
    search.value = '';
    filter();
  }

  for (const tile of tiles) {
    tile.addEventListener('click', () => {
      tile.setAttribute('aria-pressed', String(tile.getAttribute('aria-pressed') !== 'true'));
      filter();
    });
  }
  let waiting;
  search.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 80);
  });
  clear.addEventListener('click', () => {
    clearFilters();
    search.focus();
  });
  openAll.addEventListener('click', () => {
    const open = visible().some((element) => !element.open);
    for (const element of visible()) {
      if (open) unfold(element);
      else element.open = false;
    }
    nameOpenAll();
  });

  /** Opens a result and whatever it is folded into. */
  function unfold(element) {
    for (let details = element; details; details = details.parentElement.closest('details')) details.open = true;
  }
  document.addEventListener('keydown', (event) => {
    const typing = event.target.matches('input, textarea');
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === 'Escape' && event.target === search) {
      clearFilters();
    }
  });

  /** A link to a result shows it, whatever is filtered or folded; the browser itself lets Tab go on from there. */
  function showTarget() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || !target.matches('.result')) return;
    if (target.hidden) clearFilters();
    unfold(target);
    target.scrollIntoView();
  }
  addEventListener('hashchange', showTarget);

  // Colours in JSON, made when it is first seen.
  const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b/g;
  function colour(pre) {
    const text = pre.textContent;
    const parts = document.createDocumentFragment();
    let from = 0;
    for (const token of text.matchAll(TOKEN)) {
      const word = token[1] ?? token[0];
      const span = document.createElement('span');
      span.className = token[2] !== undefined ? 'key' : token[1] !== undefined ? 'string' : 'literal';
      span.textContent = word;
      parts.append(text.slice(from, token.index), span);
      from = token.index + word.length;
    }
    parts.append(text.slice(from));
    pre.replaceChildren(parts);
    pre.classList.remove('json');
  }
  function colourIn(details) {
    for (const pre of all('pre.json', details)) if (pre.closest('details') === details) colour(pre);
  }
  document.addEventListener('toggle', (event) => {
    if (event.target.open) colourIn(event.target);
    if (event.target.matches('.result')) nameOpenAll();
  }, true);
  for (const details of all('.result[open]')) colourIn(details);

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // No clipboard for pages that were opened in an insecure way.
      const area = document.createElement('textarea');
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand('copy');
      area.remove();
    }
  }

  /** A result as the text of an issue for the people who make the server. */
  function markdown(anchor) {
    const { tool, target, startedAt, results: described } = data;
    const one = described[anchor];
    const fence = (text) => '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map((run) => run[0].length + 1)));
    const code = (text, language = '') => `${fence(text)}${language}\n${text}\n${fence(text)}`;
    const list = (label, elements) => (elements.length === 0 ? [] : [`${label}:`, code(elements.join('\n'))]);
    return [
      `### ${one.title}`,
      one.message,
      `**${one.expectation}** ${one.requirement.text} (${one.requirement.url})`,
      ...list('Missing from the answer', one.missing),
      ...list('In the answer, but not expected', one.extra),
      ...(one.curl === null ? [] : ['To repeat it:', code(one.curl, 'sh')]),
      `Server: ${target.url}${target.software ? `, ${target.software}` : ''}; test \`${one.id}\` of ${tool.name} ${tool.version}, ${startedAt}`,
    ].join('\n\n');
  }

  document.addEventListener('click', async (event) => {
    const button = event.target.closest('button[data-copy]');
    if (!button) return;
    const result = button.closest('.result');
    const curl = button.dataset.copy === 'curl';
    await copy(curl ? find('.curl', result).textContent : markdown(result.id));
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = curl ? 'Copy' : 'Copy as Markdown'; }, 1500);
  });
  // A pass needs no description for anybody.
  for (const button of all('button[data-copy="description"]')) button.hidden = !(button.closest('.result').id in data.results);

  filter();
  showTarget();
})();
