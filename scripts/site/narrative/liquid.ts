/** A narrative page's text in, the text with its Liquid tags worked out: includes, `site.data`, `page`; what cannot be had is a finding and a visible gap. */
import { Liquid, TagToken, type Template, type TopLevelToken } from 'liquidjs';
import type { Finding } from '../../core/finding';
import type { SourceText } from '../guide';

/** What a page may ask of the site. */
export interface LiquidSource {
  /** An include of the project, or one that the IG Publisher makes. */
  include(name: string): SourceText | undefined;
  /** `site`, `page` and whatever else stands in the page's scope. */
  readonly scope: Readonly<Record<string, unknown>>;
  report(finding: Finding): void;
}

const INCLUDE = /\{%-?\s*(?:include(?:_relative)?|lang-fragment)\s+([^\s%{}]+)/g;
/** Jekyll's and the IG Publisher's other words for an include. */
const OTHER_INCLUDE = /(\{%-?\s*)(?:include_relative|lang-fragment)(?=\s)/g;
const TAG_NAME = /\{%-?\s*([A-Za-z][\w-]*)/g;
const DEEPEST = 30;
/** Milliseconds: a page's loops come to an end. */
const LONGEST = 5000;

/** Tags of the IG Publisher that ask its own database or renderers. */
const PUBLISHER_TAGS = new Set(['sql', 'sqlToData', 'fragment', 'json', 'class-diagram', 'uml', 'multi-map']);
/** Parts of block tags, which are no tags of their own. */
const PART_OF_BLOCK = /^(end.*|else|elsif|when)$/;

export function renderLiquid(page: SourceText, source: LiquidSource): string {
  if (!/\{[{%]/.test(page.text)) return page.text;
  const cyclic = cycles(page, source);
  const missing = new Set<string>();
  const read = (name: string): string => {
    if (cyclic.has(name)) return gap(`include ${name} includes itself`);
    const found = source.include(name);
    if (found !== undefined) return prepared(found.text);
    if (!missing.has(name)) source.report({ severity: 'error', code: 'unknown-include', message: `The include ${name} does not exist: neither in input/includes nor among those the site makes.`, location: placeOf(page, name, source), source: 'site' });
    missing.add(name);
    return gap(`include ${name} does not exist`);
  };
  const engine = new Liquid({
    jekyllInclude: true,
    dynamicPartials: false,
    strictFilters: false,
    strictVariables: false,
    ownPropertyOnly: true,
    renderLimit: LONGEST,
    parseLimit: 20_000_000,
    memoryLimit: 200_000_000,
    // Files are the guide's values, never the disk.
    fs: {
      exists: () => Promise.resolve(true),
      existsSync: () => true,
      readFile: (file: string) => Promise.resolve(read(file)),
      readFileSync: read,
      resolve: (_root: string, file: string) => file,
      contains: () => Promise.resolve(true),
      containsSync: () => true,
      dirname: () => '',
      sep: '/',
    },
  });
  // Jekyll's filters that liquidjs does not have: the whole page is Markdown already, and its addresses are relative.
  for (const name of ['markdownify', 'relative_url']) engine.registerFilter(name, (text: unknown) => text);
  const prepared = (text: string): string => {
    for (const [, name] of text.matchAll(TAG_NAME)) if (engine.tags[name!] === undefined && !PART_OF_BLOCK.test(name!)) registerForeign(engine, name!, page, source);
    return text.replace(OTHER_INCLUDE, '$1include');
  };
  try {
    return String(engine.parseAndRenderSync(prepared(page.text), { ...source.scope }));
  } catch (error) {
    source.report({ severity: 'error', code: 'liquid', message: `Liquid: ${plainMessage(error)}`, location: { file: page.file, ...lineOf(error) }, source: 'site' });
    // The page's text is better than no page.
    return page.text.replace(/\{%[\s\S]*?%\}/g, '').replace(/\{\{[\s\S]*?\}\}/g, '');
  }
}

/** A tag that only others know is told, and leaves a gap; the rest of the page stands. */
function registerForeign(engine: Liquid, name: string, page: SourceText, source: LiquidSource): void {
  const known = PUBLISHER_TAGS.has(name);
  engine.registerTag(name, {
    parse(token: TagToken, rest: TopLevelToken[]): Template[] {
      const [line] = token.getPosition();
      const file = token.file === undefined ? page.file : (source.include(token.file)?.file ?? token.file);
      const message = known ? `Liquid: what {% ${name} %} stands for is made by the IG Publisher alone: this site leaves it out.` : `Liquid: there is no tag {% ${name} %}.`;
      source.report({ severity: known ? 'warning' : 'error', code: known ? 'publisher-tag' : 'liquid', message, location: { file, line }, source: 'site' });
      // A block form swallows all up to its end tag; the short form stands alone.
      const end = rest.findIndex((other) => other instanceof TagToken && other.name === `end${name}`);
      if (end >= 0) rest.splice(0, end + 1);
      return [];
    },
    render: () => gap(known ? `${name}: made by the IG Publisher alone` : `unknown tag ${name}`),
  });
}

function gap(text: string): string {
  return `<span class="gap">(${text.replace(/[<>&]/g, '')})</span>`;
}

function plainMessage(error: unknown): string {
  return (error as Error).message.split('\n')[0]!.replace(/, (file:.*|line:\d+.*)$/, '').replace(/^(ParseError|RenderError|undefined variable): /, '');
}

function lineOf(error: unknown): { line?: number } {
  const line = /line:(\d+)/.exec((error as Error).message)?.[1];
  return line === undefined ? {} : { line: Number(line) };
}

/** Names of includes that come back to themselves, each reported where it is written. */
function cycles(page: SourceText, source: LiquidSource): Set<string> {
  const found = new Set<string>();
  const done = new Set<string>();
  const follow = (text: SourceText, above: readonly string[]) => {
    for (const { name, line } of includesOf(text)) {
      if (above.includes(name) || above.length > DEEPEST) {
        if (!found.has(name)) {
          found.add(name);
          source.report({ severity: 'error', code: 'cyclic-include', message: `The include ${name} includes itself: ${[...above.slice(Math.max(0, above.indexOf(name))), name].join(' -> ')}.`, location: { file: text.file, line }, source: 'site' });
        }
        continue;
      }
      if (done.has(name)) continue;
      const next = source.include(name);
      if (next !== undefined) follow(next, [...above, name]);
      done.add(name);
    }
  };
  follow(page, []);
  return found;
}

export function includesOf({ text }: SourceText): { name: string; line: number }[] {
  return [...text.matchAll(INCLUDE)].map((match) => ({ name: match[1]!.replace(/^["']|["']$/g, ''), line: text.slice(0, match.index).split('\n').length }));
}

/** Where an include is asked for: on the page, or in one of its includes. */
function placeOf(page: SourceText, wanted: string, source: LiquidSource): { file: string; line?: number } {
  const seen = new Set<string>();
  const search = (text: SourceText): { file: string; line: number } | undefined => {
    for (const { name, line } of includesOf(text)) {
      if (name === wanted) return { file: text.file, line };
      if (seen.has(name)) continue;
      seen.add(name);
      const next = source.include(name);
      const found = next === undefined ? undefined : search(next);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return search(page) ?? { file: page.file };
}
