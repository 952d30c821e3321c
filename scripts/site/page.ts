/** What a page is before it stands in its frame. */
import type { SourcePlace, SourceText } from './guide';
import { html, isEmpty, type Html } from './html';
import type { Heading } from './narrative/markdown';
import type { SiteReader } from './reader';

export interface PageContent {
  readonly title: string;
  /** Between the title and the text: badges, addresses. */
  readonly lead?: Html;
  readonly body: Html;
  /** The headings that the page's own navigation lists. */
  readonly headings: readonly Heading[];
  /** Pages above this one. */
  readonly crumbs: readonly { readonly title: string; readonly href: string }[];
  /** Where a fault of the page is to be mended. */
  readonly place?: SourcePlace;
  /** Texts that the page was made of, to find a broken link in. */
  readonly sources?: readonly SourceText[];
  /** Words for the search box beyond title and headings; absent for pages that it leaves out. */
  readonly search?: string;
  /** How the search box names the page's kind. */
  readonly kind: string;
  /** Wide pages have no navigation beside them. */
  readonly wide?: boolean;
  /** Files that belong to the page: the resource in a format. */
  readonly files?: ReadonlyMap<string, string>;
}

export interface PageRecord {
  readonly path: string;
  render(reader: SiteReader): PageContent;
}

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

/** Sections that have something in them, with their headings. */
export function sections(all: readonly (Section | undefined)[]): { body: Html; headings: Heading[] } {
  const shown = all.filter((section): section is Section => section !== undefined && !isEmpty(section.body));
  return {
    body: html`${shown.map(({ id, title, body }) => html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${body}</section>`)}`,
    headings: shown.map(({ id, title }) => ({ level: 2, id, text: title })),
  };
}

/** A table that scrolls on its own where it is too wide. */
export function grid(label: string, head: readonly (Html | string)[], rows: readonly (readonly (Html | string | number | undefined)[])[], className = ''): Html {
  if (rows.length === 0) return html``;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table class="grid ${className}"><thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead><tbody>${rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`;
}

/** Names and values side by side; values that are not there are left out. */
export function facts(rows: readonly (readonly [string, Html | string | undefined])[]): Html {
  const shown = rows.filter(([, value]) => value !== undefined && !isEmpty(value));
  return shown.length === 0 ? html`` : html`<dl class="facts">${shown.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
