/** A quality report in, one self-contained page of it out. */
import { escapeHtml } from '../core/escape-html';
import { isError } from '../core/finding';
import type { Finding } from '../core/finding';
import { counted } from '../core/grammar';
import type { QaReport, QaSection } from '../qa/qa-report';

/** Sections with more findings are folded, so that the page can be overseen. */
const OPEN_ROWS = 25;

export function qaHtml(report: QaReport): string {
  const { guide, summary, sections, suppressed } = report;
  const title = `Quality of ${guide.packageId}#${guide.version ?? '?'}`;
  const skipped = sections.filter((section) => section.skipped !== undefined);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p class="verdict ${report.ok ? 'good' : 'bad'}">${report.ok ? 'No errors' : counted(summary.fatal + summary.error, 'error')}, ${counted(summary.warning, 'warning')}, ${counted(summary.information, 'note')}.</p>
<p>${escapeHtml(report.tool)}, ${escapeHtml(report.date)}. ${skipped.length === 0 ? '' : `Not looked at: ${escapeHtml(skipped.map((section) => section.title).join(', '))}.`}</p>
<table><caption>What was looked at</caption>
<thead><tr><th scope="col">Check</th><th scope="col">Errors</th><th scope="col">Warnings</th><th scope="col">Notes</th></tr></thead>
<tbody>
${sections.map(summaryRow).join('\n')}
</tbody></table>
${sections.map(sectionHtml).join('\n')}
${suppressed.length === 0 ? '' : `<h2 id="suppressed">Suppressed messages</h2>
<table><thead><tr><th scope="col">Count</th><th scope="col">Message</th><th scope="col">Reason</th></tr></thead><tbody>
${suppressed.map(({ count, rule, reason }) => `<tr><td>${count}</td><td><code>${escapeHtml(rule)}</code></td><td>${escapeHtml(reason)}</td></tr>`).join('\n')}
</tbody></table>`}
</main>
</body>
</html>
`;
}

function summaryRow({ id, title, findings, skipped }: QaSection): string {
  const count = (wanted: (finding: Finding) => boolean) => (skipped === undefined ? findings.filter(wanted).length : '-');
  return `<tr><th scope="row"><a href="#${escapeHtml(id)}">${escapeHtml(title)}</a></th><td>${count(isError)}</td><td>${count(({ severity }) => severity === 'warning')}</td><td>${count(({ severity }) => severity === 'information')}</td></tr>`;
}

function sectionHtml({ id, title, about, findings, skipped }: QaSection): string {
  const rows = findings.map(({ severity, code, message, location }) => {
    const place = [location?.file, location?.line].filter((part) => part !== undefined).join(':');
    const what = [location?.resource, location?.path].filter((part) => part !== undefined).join(' ');
    return `<tr class="${severity}"><td>${severity}</td><td>${escapeHtml(place)}${place !== '' && what !== '' ? '<br>' : ''}${escapeHtml(what)}</td><td>${escapeHtml(message)} <code>${escapeHtml(code)}</code></td></tr>`;
  });
  const table = `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(title)}"><table><thead><tr><th scope="col">Severity</th><th scope="col">Where</th><th scope="col">What</th></tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table></div>`;
  const body = skipped !== undefined ? `<p>Not looked at: ${escapeHtml(skipped)}</p>` : rows.length === 0 ? '<p>Nothing found.</p>' : rows.length <= OPEN_ROWS ? table : `<details><summary>${rows.length} findings</summary>${table}</details>`;
  return `<section aria-labelledby="${escapeHtml(id)}"><h2 id="${escapeHtml(id)}">${escapeHtml(title)}</h2><p>${escapeHtml(about)}</p>${body}</section>`;
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2024; --paper: #fff; --line: #c9ced6; --bad: #b3171b; --warn: #855000; --good: #17692f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --paper: #16191d; --line: #434a54; --bad: #ff8a85; --warn: #f0b452; --good: #7ad18f; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 70rem; margin: auto; padding: 1rem; }
a { color: inherit; }
h1 { font-size: clamp(1.375rem, 1rem + 2.5vw, 2rem); line-height: 1.25; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
caption { text-align: left; font-weight: 600; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
thead th { overflow-wrap: normal; }
.scroll { overflow-x: auto; }
.verdict { font-size: 1.25rem; font-weight: 600; }
.good { color: var(--good); } .bad, tr.error td:first-child, tr.fatal td:first-child { color: var(--bad); font-weight: 600; } tr.warning td:first-child { color: var(--warn); }
summary { cursor: pointer; }
code { font-size: .875em; }
@media (max-width: 30rem) { main { padding: .75rem; } th, td { padding: .3rem .25rem; } thead th { font-size: .8125rem; } }
@media print { details::details-content { content-visibility: visible; display: block; } .scroll { overflow: visible; } }
`;
