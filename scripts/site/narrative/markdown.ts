/** Markdown as IG pages and FHIR's own markdown elements hold it in, sanitised HTML and its headings out. */
import MarkdownIt, { type Token } from 'markdown-it';
import { html, markup, type Html } from '../html';
import { headingAnchor, kramdown, separateMarks } from './kramdown';
import { definitionLists } from './definition-list';
import { sanitize, type SanitizeOptions } from './sanitize';

export interface Heading {
  readonly level: number;
  readonly id: string;
  readonly text: string;
}

export interface Narrative {
  readonly body: Html;
  readonly headings: readonly Heading[];
}

/** The uppermost level that a page's own headings take: the page's title is the h1. */
const TOP = 2;

/** A whole page: kramdown's marks, anchors on headings, `{:toc}`. */
export function renderPage(text: string, options: SanitizeOptions = {}): Narrative {
  const named = new Map<string, string>();
  const markdown = new MarkdownIt({ html: true, typographer: true, linkify: false });
  markdown.use(definitionLists);
  markdown.use((instance: InstanceType<typeof MarkdownIt>) => kramdown(instance, named));
  const separated = separateMarks(text.replaceAll('\r\n', '\n'), named);
  const env = {};
  const tokens = markdown.parse(separated, env);
  nameHeadings(tokens);
  linkTables(tokens);
  const rendered = markdown.renderer.render(withTableOfContents(tokens), markdown.options, env);
  return finish(rendered, options);
}

/** A page written as HTML. */
export function renderHtmlPage(text: string, options: SanitizeOptions = {}): Narrative {
  return finish(text.replace(/<\?xml[^>]*\?>|<!DOCTYPE[^>]*>/gi, ''), options);
}

/** Headings begin at h2, whatever the author began with; each has an anchor. */
function finish(rendered: string, options: SanitizeOptions): Narrative {
  const levels = [...rendered.matchAll(/<h([1-6])[\s>]/gi)].map(([, level]) => Number(level));
  const shift = levels.length === 0 ? 0 : TOP - Math.min(...levels);
  const seen = new Map<string, number>();
  const body = sanitize(rendered, { ...options, headingShift: shift }).markup;
  const headings: Heading[] = [];
  const anchored = body.replace(/<h([2-6])((?:\s[^>]*)?)>([\s\S]*?)<\/h\1>/g, (_whole, level: string, attributes: string, inner: string) => {
    const plain = plainText(inner);
    const given = /\sid="([^"]*)"/.exec(attributes)?.[1];
    const wanted = given ?? headingAnchor(plain);
    const times = seen.get(wanted) ?? 0;
    seen.set(wanted, times + 1);
    const id = times === 0 ? wanted : `${wanted}-${times}`;
    if (!/class="[^"]*no_toc/.test(attributes)) headings.push({ level: Number(level), id, text: plain });
    const rest = attributes.replace(/\sid="[^"]*"/, '');
    return `<h${level} id="${id}"${rest}>${inner}</h${level}>`;
  });
  return { body: markup(scrolling(anchored)), headings };
}

/** Wide tables scroll on their own; those of an include of ours already do. */
function scrolling(text: string): string {
  return text.replace(/(<div class="scroll"[^>]*>)?<table([\s>][\s\S]*?)<\/table>/g, (whole, already?: string, rest = '') => (already === undefined ? `<div class="scroll" tabindex="0" role="region" aria-label="Table"><table${rest}</table></div>` : whole.replace(/^<div[^>]*>/, '<div class="scroll" tabindex="0" role="region" aria-label="Table">')));
}

const plain = new MarkdownIt({ html: true, typographer: false, linkify: true, breaks: false });

/** A markdown element of a resource: https://hl7.org/fhir/R4/datatypes.html#markdown */
export function renderMarkdown(text: string | undefined, options: SanitizeOptions = {}): Html {
  if (text === undefined || text.trim() === '') return html``;
  // Most are one plain sentence, and there are tens of thousands of them.
  if (/^[\w .,;:'()/"?=+-]+$/.test(text) && !/^\s*([-+]|\d+\.)\s|\n|https?:|(^|\W)_|_(\W|$)|={3,}|-{3,}/.test(text)) return html`<p>${text.trim()}</p>`;
  return sanitize(plain.render(text), { headingShift: 2, ...options });
}

export function plainText(text: string): string {
  return text.replace(/<[^>]*>/g, '').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&amp;/g, '&').replace(/\s+/g, ' ').trim();
}

function nameHeadings(tokens: readonly Token[]): void {
  const seen = new Map<string, number>();
  tokens.forEach((token, index) => {
    if (token.type !== 'heading_open' || token.attrGet('id') !== null) return;
    const text = (tokens[index + 1]?.children ?? []).filter(({ type }) => type === 'text' || type === 'code_inline').map(({ content }) => content).join('');
    const wanted = headingAnchor(text);
    const times = seen.get(wanted) ?? 0;
    seen.set(wanted, times + 1);
    token.attrSet('id', times === 0 ? wanted : `${wanted}-${times}`);
  });
}

function linkTables(tokens: readonly Token[]): void {
  for (const token of tokens) if (token.type === 'table_open' && token.attrGet('class') === null) token.attrSet('class', 'grid');
}

/** Replaces the list that carries `{:toc}` by the headings after the page's start. */
function withTableOfContents(tokens: Token[]): Token[] {
  const start = tokens.findIndex((token) => (token.meta as { toc?: boolean } | null)?.toc === true);
  if (start < 0) return tokens;
  let end = start;
  for (let depth = 0; end < tokens.length; end++) {
    depth += tokens[end]!.nesting;
    if (depth === 0) break;
  }
  const headings = tokens.flatMap((token, index) => {
    if (token.type !== 'heading_open' || /\bno_toc\b/.test(String(token.attrGet('class') ?? ''))) return [];
    return [{ level: Number(token.tag[1]), id: String(token.attrGet('id') ?? ''), text: tokens[index + 1]!.content.replace(/\s*\{:?\s*[#.][^}]*\}\s*$/, '') }];
  });
  const made = tokens[start]!;
  const list = Object.assign(Object.create(Object.getPrototypeOf(made) as object) as Token, made, { type: 'html_block', tag: '', nesting: 0, content: `<nav class="toc" aria-label="On this page">${nestedList(headings).markup}</nav>\n`, map: null, attrs: null, meta: null });
  return [...tokens.slice(0, start), list, ...tokens.slice(end + 1)];
}

/** Headings as lists in lists. */
export function nestedList(headings: readonly Heading[]): Html {
  if (headings.length === 0) return html``;
  const top = Math.min(...headings.map(({ level }) => level));
  const items: { heading: Heading; below: Heading[] }[] = [];
  for (const heading of headings) {
    const last = items.at(-1);
    if (heading.level <= top || last === undefined) items.push({ heading, below: [] });
    else last.below.push(heading);
  }
  return html`<ul>${items.map(({ heading, below }) => html`<li><a href="#${heading.id}">${heading.text}</a>${nestedList(below)}</li>`)}</ul>`;
}
