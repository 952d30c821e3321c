/** The pages: those of the menu exist, links lead somewhere, and every invariant is explained. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { RULES } from '../../scripts/invariants/rules';
import { ROOT, type BuiltGuide } from './built-guide';

/** Made by the IG's template or site, not by a page of ours. */
const ARCHIVES = ['definitions', 'examples'].flatMap((content) => ['json', 'xml', 'ttl'].map((format) => `${content}.${format}.zip`));
const MADE_PAGES = new Set(['artifacts.html', 'toc.html', 'package.tgz', 'full-ig.zip', ...ARCHIVES]);

type Menu = string | { [title: string]: Menu };

export function testPages(guide: () => BuiltGuide): void {
  const folder = join(ROOT, 'input', 'pagecontent');
  const pages = readdirSync(folder);
  const config = load(readFileSync(join(ROOT, 'sushi-config.yaml'), 'utf8')) as { pages: Record<string, unknown>; menu: Menu };

  test('the pages configured are the pages written', () => {
    expect(Object.keys(config.pages).sort()).toEqual([...pages].sort());
  });

  test('the menu leads to all of them', () => {
    const targets = (menu: Menu): string[] => (typeof menu === 'string' ? [menu] : Object.values(menu).flatMap(targets));
    expect(targets(config.menu).filter((target) => !MADE_PAGES.has(target)).sort()).toEqual(pages.map((page) => page.replace('.md', '.html')).sort());
  });

  test.each(pages)('%s has content, and its links inside the guide lead somewhere', (page) => {
    const text = readFileSync(join(folder, page), 'utf8');
    const links = [...text.matchAll(/\]\(([^)#\s:]+)(?:#([^)]+))?\)/g)].map(([, target = '', anchor]) => ({ target, anchor }));
    const artifacts = readdirSync(join(guide().result.generated, 'resources')).map((name) => name.replace('.json', '.html'));
    const known = new Set([...pages.map((name) => name.replace('.md', '.html')), ...artifacts, ...MADE_PAGES]);
    expect(links.filter(({ target }) => !known.has(target))).toEqual([]);
    expect(links.filter(({ target, anchor }) => anchor !== undefined && !headings(join(folder, target.replace('.html', '.md'))).includes(anchor))).toEqual([]);
    expect(text.length).toBeGreaterThan(400);
  });

  test('every invariant stands on the page about them', () => {
    const text = readFileSync(join(folder, 'invariants.md'), 'utf8');
    expect(RULES.map(({ id }) => id).filter((id) => !text.includes(`\`${id}\``))).toEqual([]);
  });
}

/** Anchors that kramdown makes of a page's headings. */
function headings(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replace(/[^\w -]/g, '').replaceAll(' ', '-'));
}
