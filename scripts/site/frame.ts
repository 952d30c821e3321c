/** A page's content in, the whole HTML file out: menu, search box, navigation, footer around it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { packageRoot } from '../core/package-root';
import type { MenuEntry, SiteGuide } from './guide';
import { nestedList } from './narrative/markdown';
import type { PageContent } from './page';

interface MenuView {
  readonly title: string;
  readonly href?: string | undefined;
  readonly current: boolean;
  readonly children: readonly MenuView[];
}

const ASSETS = join('scripts', 'site', 'assets');

export const PROBLEMS_PAGE = 'build-problems.html';

let template: Handlebars.TemplateDelegate | undefined;

/** Style and script of all pages, by their path in the site. */
export function assetFiles(): Map<string, string> {
  return new Map(['site.css', 'site.js'].map((name) => [`assets/${name}`, readFileSync(join(packageRoot(), ASSETS, name), 'utf8')]));
}

export function framed(guide: SiteGuide, path: string, content: PageContent, incomplete: boolean): string {
  template ??= Handlebars.compile(readFileSync(join(packageRoot(), ASSETS, 'page.hbs'), 'utf8'), { strict: true, preventIndent: true });
  const navigable = content.headings.filter(({ level }) => level <= 3);
  return template({
    title: content.title,
    siteTitle: guide.title,
    home: guide.pages.some(({ name }) => name === 'index') ? 'index.html' : 'artifacts.html',
    version: guide.version,
    release: guide.releaseLabel,
    packageId: guide.packageId,
    fhirVersion: guide.fhirVersion,
    publisher: guide.publisher,
    date: guide.date?.slice(0, 10),
    license: guide.license,
    menu: guide.menu.map((entry) => menuView(entry, path)),
    incomplete: incomplete ? PROBLEMS_PAGE : undefined,
    wide: content.wide === true || navigable.length < 2,
    crumbs: content.crumbs,
    lead: content.lead?.markup ?? '',
    body: content.body.markup,
    contents: content.wide === true || navigable.length < 2 ? undefined : nestedList(navigable).markup,
  });
}

function menuView({ title, href, children }: MenuEntry, path: string): MenuView {
  // The menu has two levels; deeper entries follow their parent.
  const flat = (entries: readonly MenuEntry[]): MenuEntry[] => entries.flatMap((entry) => (entry.children.length > 0 ? [...(entry.href === undefined ? [] : [entry]), ...flat(entry.children)] : [entry]));
  const views = flat(children).map((entry) => ({ title: entry.title, href: entry.href, current: entry.href === path, children: [] }));
  return { title, href, current: href === path || views.some(({ current }) => current), children: views };
}
