/** A run in, report.html out: one file that asks for nothing from anywhere, readable without its script. */
import { createHash } from 'node:crypto';
import type Handlebars from 'handlebars';
import type { Run } from '../../core/result';
import { pageData } from './page-data';
import { pageFile, pageTemplate } from './page-template';
import { pageView, type PageView } from './page-view';

interface Page extends PageView {
  readonly contentSecurityPolicy: string;
  readonly css: string;
  readonly script: string;
  readonly data: string;
}

let page: { template: Handlebars.TemplateDelegate<Page>; css: string; script: string } | undefined;

export function renderHtml(run: Run): string {
  page ??= { template: pageTemplate<Page>(), css: pageFile('page.css'), script: pageFile('page.js') };
  const { template, css, script } = page;
  return template({ ...pageView(run), css, script, contentSecurityPolicy: contentSecurityPolicy(css, script), data: pageData(run) });
}

/** Nothing may be loaded, and nothing may run or style but our own text: what a server slips in stays dead even if it got into the page. */
function contentSecurityPolicy(css: string, script: string): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [`default-src 'none'`, `style-src ${hash(css)}`, `script-src ${hash(script)}`, 'img-src data:', `base-uri 'none'`, `form-action 'none'`].join('; ');
}
