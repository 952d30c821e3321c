/** The site's pages in, a finding for every link that leads nowhere out, with the file and line where it is written. */
import type { Finding, FindingLocation } from '../core/finding';
import { closest } from '../core/nearest';
import type { SourcePlace, SourceText } from './guide';

/** What of a page the check needs. */
export interface LinkedPage {
  readonly path: string;
  readonly title: string;
  /** Addresses inside the site, as they are written. */
  readonly links: readonly string[];
  readonly anchors: ReadonlySet<string>;
  readonly place?: SourcePlace | undefined;
  readonly sources?: readonly SourceText[] | undefined;
}

const TAG = /<[a-zA-Z][^<>]*>/g;
const OUTSIDE = /^[a-z][a-z0-9+.-]*:|^\/\//i;

/** Links and anchors of a page's markup. Text in it is escaped, so that only tags have brackets. */
export function linksOf(text: string): { links: string[]; anchors: Set<string> } {
  const links = new Set<string>();
  const anchors = new Set<string>();
  for (const [tag] of text.matchAll(TAG)) {
    for (const [, name, value = ''] of tag.matchAll(/\s(href|src|id|name)="([^"]*)"/g)) {
      const plain = value.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'");
      if (name === 'id' || name === 'name') anchors.add(plain);
      else if (!OUTSIDE.test(plain)) links.add(plain);
    }
  }
  return { links: [...links], anchors };
}

/** @param files paths in the site that are no pages: images, downloads */
export function checkLinks(pages: readonly LinkedPage[], files: ReadonlySet<string>): Finding[] {
  const byPath = new Map(pages.map((page) => [page.path, page]));
  const all = [...byPath.keys(), ...files];
  const found = pages.flatMap((page) =>
    page.links.flatMap((link) => {
      const [address = '', fragment] = link.split('#', 2);
      const path = decoded(address.split('?')[0]!.replace(/^\.\//, ''));
      const target = path === '' ? page : byPath.get(path);
      if (target === undefined && !files.has(path)) {
        const near = closest(path, all);
        return faultOf(page, link, `The link to ${link} on ${page.path} leads nowhere${near === undefined ? '' : `; ${near} exists`}.`);
      }
      if (target === undefined || fragment === undefined || fragment === '' || target.anchors.has(decoded(fragment))) return [];
      const near = closest(fragment, [...target.anchors]);
      return faultOf(page, link, `The link to ${link} on ${page.path} leads to a page without that anchor${near === undefined ? '' : `; #${near} exists`}.`);
    }),
  );
  // Lists repeat descriptions: where the artifact's own page tells of the link, with the place to mend it, that is enough.
  const told = new Set(found.filter(({ placed }) => placed).map(({ link }) => link));
  return found.filter(({ placed, link }) => placed || !told.has(link)).map(({ finding }) => finding);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function faultOf(page: LinkedPage, link: string, message: string): { finding: Finding; link: string; placed: boolean }[] {
  const finding: Finding = { severity: 'error', code: 'broken-link', message, location: placeOf(page, link), source: 'site' };
  return [{ finding, link, placed: page.place !== undefined || (page.sources ?? []).length > 0 }];
}

/** Where the link is written: in one of the page's texts, else where the page comes from. */
function placeOf({ place, sources = [], path }: LinkedPage, link: string): FindingLocation {
  for (const { file, text } of sources) {
    const at = [`](${link}`, `"${link}"`, `'${link}'`, `: ${link}`, link].map((form) => text.indexOf(form)).find((index) => index >= 0);
    if (at !== undefined) return { file, line: text.slice(0, at).split('\n').length };
  }
  return place === undefined ? { file: path } : { file: place.file, ...(place.line === undefined ? {} : { line: place.line }) };
}
