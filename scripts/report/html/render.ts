/** A run in, report.html out: one file that asks for nothing from anywhere, readable without its script. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { packageRoot } from '../../core/package-root';
import type { Run } from '../../core/result';
import { pageData } from './page-data';
import { pageView, type PageView } from './page-view';

interface Page extends PageView {
  readonly contentSecurityPolicy: string;
  readonly css: string;
  readonly script: string;
  readonly data: string;
}

let page: { template: Handlebars.TemplateDelegate<Page>; css: string; script: string } | undefined;

export function renderHtml(run: Run): string {
  page ??= loadPage();
  const { template, css, script } = page;
  return template({ ...pageView(run), css, script, contentSecurityPolicy: contentSecurityPolicy(css, script), data: pageData(run) });
}

/** Templates, style and script are files of the package, the same from source and installed. */
function loadPage() {
  // A parser of HTML reads CR LF as LF, and the policy's hashes are taken over what it reads.
  const file = (name: string) => readFileSync(join(packageRoot(), 'scripts', 'report', 'html', 'page', name), 'utf8').replaceAll('\r\n', '\n');
  const handlebars = Handlebars.create();
  for (const name of ['cause', 'result', 'comparison', 'exchange', 'honesty', 'text']) handlebars.registerPartial(name, file(`${name}.hbs`));
  // Strict: a name that the view does not have is a mistake of ours, not an empty place in the page.
  const template = handlebars.compile<Page>(file('page.hbs'), { strict: true, preventIndent: true });
  return { template, css: file('page.css'), script: file('page.js') };
}

/** Nothing may be loaded, and nothing may run or style but our own text: what a server slips in stays dead even if it got into the page. */
function contentSecurityPolicy(css: string, script: string): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [`default-src 'none'`, `style-src ${hash(css)}`, `script-src ${hash(script)}`, 'img-src data:', `base-uri 'none'`, `form-action 'none'`].join('; ');
}
