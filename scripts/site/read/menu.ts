/** The menu as SUSHI or an author writes it for the IG Publisher (menu.xml) in, its entries out. */
import type { MenuEntry, SourceText } from '../guide';
import { plainText } from '../narrative/markdown';

interface Building {
  title: string;
  href?: string;
  children: Building[];
}

/** @param configuration sushi-config.yaml, in which the lines of the entries are looked up */
export function readMenu(menu: SourceText, configuration: SourceText | undefined): MenuEntry[] {
  const text = menu.text.replace(/<!--[\s\S]*?-->/g, '').replace(/\{%\s*comment\s*%\}[\s\S]*?\{%\s*endcomment\s*%\}/g, '');
  const root: Building = { title: '', children: [] };
  const stack = [root];
  for (const [, closing] of text.matchAll(/<(\/?)li\b[^>]*>/g)) {
    if (closing === '') {
      const entry: Building = { title: '', children: [] };
      stack.at(-1)!.children.push(entry);
      stack.push(entry);
    } else if (stack.length > 1) stack.pop();
  }
  anchors(text, root);
  return root.children.map((entry) => finished(entry, configuration ?? menu));
}

/** The n-th list item has the n-th link. */
function anchors(text: string, root: Building): void {
  const items: Building[] = [];
  const collect = (entry: Building) => entry.children.forEach((child) => {
    items.push(child);
    collect(child);
  });
  collect(root);
  text.split(/<li\b/).slice(1).forEach((part, at) => {
    const link = /<a\b([^>]*)>([\s\S]*?)<\/a>/.exec(part);
    const item = items[at];
    if (item === undefined || link === null) return;
    item.title = plainText(link[2]!.replace(/<b\b[^>]*>\s*<\/b>/g, ''));
    const href = /\shref="([^"]*)"/.exec(link[1]!)?.[1]?.replaceAll('&amp;', '&');
    if (href !== undefined && href !== '#' && !href.includes('{{')) item.href = href;
  });
}

function finished({ title, href, children }: Building, source: SourceText): MenuEntry {
  const at = href === undefined ? -1 : Math.max(source.text.indexOf(`: ${href}`), source.text.indexOf(`"${href}"`));
  return {
    title, children: children.map((child) => finished(child, source)),
    ...(href === undefined ? {} : { href }),
    ...(at < 0 ? {} : { source: { file: source.file, line: source.text.slice(0, at).split('\n').length } }),
  };
}

/** What a guide without a menu of its own gets. */
export function defaultMenu(pages: readonly { name: string; title: string; depth: number; source?: unknown }[]): MenuEntry[] {
  const top = pages.filter(({ depth, source, name }) => depth <= 1 && source !== undefined && name !== 'toc').slice(0, 8);
  return [
    ...(top.some(({ name }) => name === 'index') ? [] : [{ title: 'Home', href: 'index.html', children: [] }]),
    ...top.map(({ name, title }) => ({ title, href: `${name}.html`, children: [] })),
    { title: 'Artifacts', href: 'artifacts.html', children: [] },
    { title: 'Contents', href: 'toc.html', children: [] },
    ...(top.some(({ name }) => name === 'downloads') ? [] : [{ title: 'Downloads', href: 'downloads.html', children: [] }]),
  ];
}
