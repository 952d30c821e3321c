/** The state of a live site in, the panel that says it on each page out: errors over the last good page, what the validator says, a rebuild under way. */
import { escapeHtml } from '../core/escape-html';
import { isError } from '../core/finding';
import { counted } from '../core/grammar';
import type { LiveState, Problem, ValidatorState } from './live-state';

/** Of long lists the first ones; the terminal has all of them. */
const MOST_PROBLEMS = 20;

/** @returns the panel's inside */
export function overlay(state: LiveState, busy: boolean): string {
  const errors = state.problems.filter(({ finding }) => isError(finding));
  const others = state.problems.filter(({ finding }) => !isError(finding));
  const head = busy
    ? '<p class="scout-state">Rebuilding: this page may be about to change.</p>'
    : state.current
      ? `<p class="scout-state">Up to date${state.madeAt === undefined ? '' : `, made ${escapeHtml(state.madeAt)}`}.</p>`
      : `<p class="scout-state scout-bad"><strong>The sources have ${errors.length === 1 ? 'an error' : `${errors.length} errors`}.</strong> ${state.madeAt === undefined ? 'There is no page yet.' : `Below is the last good page, made ${escapeHtml(state.madeAt)}; it is not what the sources say now.`}</p>`;
  return [
    head,
    problemList(errors),
    others.length === 0 ? '' : `<details><summary>${counted(others.length, 'warning')}</summary>${problemList(others)}</details>`,
    validatorHtml(state.validator),
  ].join('');
}

function validatorHtml(validator: ValidatorState): string {
  switch (validator.state) {
    case 'off':
      return `<p>HL7 validator: ${escapeHtml(validator.why)}</p>`;
    case 'starting':
      return '<p>HL7 validator: starting.</p>';
    case 'checking':
      return `<p>HL7 validator: checking ${counted(validator.resources, 'resource')}.</p>`;
    case 'done':
      return `<p class="${validator.errors > 0 ? 'scout-bad' : ''}">HL7 validator: ${counted(validator.errors, 'error')}, ${counted(validator.warnings, 'warning')}.</p>${problemList(validator.problems.filter(({ finding }) => isError(finding)))}`;
  }
}

function problemList(problems: readonly Problem[]): string {
  if (problems.length === 0) return '';
  const rows = problems.slice(0, MOST_PROBLEMS).map(({ finding, excerpt }) => {
    const { file, line, column, resource, path } = finding.location ?? {};
    const place = [[file ?? resource, line, column].filter((part) => part !== undefined).join(':'), path].filter((part) => part !== undefined && part !== '').join(' ');
    return `<li><strong>${escapeHtml(place)}</strong> ${escapeHtml(finding.severity)}: ${escapeHtml(finding.message)}${excerpt === undefined ? '' : `<pre>${escapeHtml(excerpt)}</pre>`}</li>`;
  });
  const more = problems.length > MOST_PROBLEMS ? `<li>and ${problems.length - MOST_PROBLEMS} more</li>` : '';
  return `<ul>${rows.join('')}${more}</ul>`;
}

/** Puts the panel and the script that keeps it true into a page. */
export function withOverlay(page: string, { path, generation, panel, bad }: { path: string; generation: string; panel: string; bad: boolean }): string {
  const markup = `<style>${STYLE}</style><div id="scout-live" role="status" aria-label="scout watch" data-path="${escapeHtml(path)}" data-generation="${escapeHtml(generation)}"${bad ? ' class="scout-open"' : ''}>${panel}</div><script src="/~scout/live.js" defer></script>`;
  const end = page.lastIndexOf('</body>');
  return end === -1 ? page + markup : page.slice(0, end) + markup + page.slice(end);
}

/** What is served where there is no page to put the panel into. */
export function barePage(title: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title></head><body><main><h1>${escapeHtml(title)}</h1></main></body></html>`;
}


/** The browser's side: the server decides, this obeys. Reloading keeps the place on the page. */
export const LIVE_SCRIPT = `'use strict';
const panel = document.getElementById('scout-live');
const query = new URLSearchParams({ path: panel.dataset.path, generation: panel.dataset.generation });
const source = new EventSource('/~scout/events?' + query);
source.addEventListener('reload', () => location.reload());
source.addEventListener('panel', (event) => {
  const { html, bad } = JSON.parse(event.data);
  panel.innerHTML = html;
  panel.classList.toggle('scout-open', bad);
});
source.addEventListener('error', () => {
  panel.innerHTML = '<p class="scout-state scout-bad">scout watch does not answer: this page may be old.</p>';
});
`;

const STYLE = `
#scout-live { position: fixed; inset: auto 1rem 1rem auto; z-index: 9999; max-width: min(60rem, calc(100vw - 2rem)); max-height: 2.2rem; overflow: hidden; padding: .4rem .8rem; border: 1px solid #7a828c; border-radius: .4rem; background: #fff; color: #1c2024; font: 13px/1.4 system-ui, sans-serif; box-shadow: 0 2px 10px #0004; }
#scout-live:hover, #scout-live:focus-within, #scout-live.scout-open { max-height: 80vh; overflow: auto; }
#scout-live.scout-open { border: 2px solid #b3171b; }
#scout-live p { margin: 0 0 .3rem; } #scout-live ul { margin: .3rem 0; padding-left: 1.2rem; } #scout-live pre { overflow-x: auto; background: #f2f3f5; padding: .4rem; color: #1c2024; }
#scout-live .scout-bad { color: #b3171b; }
@media (prefers-color-scheme: dark) { #scout-live { background: #22262b; color: #e8eaed; } #scout-live pre { background: #16191d; color: #e8eaed; } #scout-live .scout-bad { color: #ff8a85; } #scout-live.scout-open { border-color: #ff8a85; } }
@media print { #scout-live { display: none; } }
`;
