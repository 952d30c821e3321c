/** markdown-it in, markdown-it that also reads kramdown's own marks out: `{: .grid}`, `{#id}`, `{:toc}`, HTML blocks. https://kramdown.gettalong.org/syntax.html */
import type MarkdownIt from 'markdown-it';
import type { StateBlock, StateCore, Token } from 'markdown-it';

const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/** What a mark says: `#id`, `.class`, `key="value"`, references to other marks. */
interface Attributes {
  readonly pairs: readonly [string, string][];
  readonly words: readonly string[];
}

function parseMark(text: string, named: ReadonlyMap<string, string>): Attributes {
  const pairs: [string, string][] = [];
  const words: string[] = [];
  for (const [whole, id, name, key, double, single] of text.matchAll(/#([\w:.-]+)|\.([\w-]+)|([\w:-]+)=(?:"([^"]*)"|'([^']*)')|[\w-]+/g)) {
    if (id !== undefined) pairs.push(['id', id]);
    else if (name !== undefined) pairs.push(['class', name]);
    else if (key !== undefined) pairs.push([key, double ?? single ?? '']);
    else {
      words.push(whole);
      const other = named.get(whole);
      if (other !== undefined) pairs.push(...parseMark(other, new Map()).pairs);
    }
  }
  return { pairs, words };
}

function attach(token: Token, { pairs }: Attributes): void {
  for (const [key, value] of pairs) {
    if (key === 'class') token.attrJoin('class', value);
    else token.attrSet(key, value);
  }
}

/**
 * Marks are lines of their own to kramdown; markdown-it would take them for a row of the table or a line of the paragraph before.
 * `{:^` marks what follows, `{:v` what stands before. Comments and options of kramdown go.
 */
export function separateMarks(text: string, named: Map<string, string>): string {
  const lines = text.replace(/\{::comment\}[\s\S]*?\{:\/(comment)?\}/g, '').replace(/\{::[^}]*\/?\}|\{:\/\w*\}/g, '').split('\n');
  let fence: string | undefined;
  const made: string[] = [];
  lines.forEach((line, index) => {
    const opens = FENCE.exec(line)?.[1];
    if (opens !== undefined) fence = fence === undefined ? opens[0] : opens[0] === fence ? undefined : fence;
    const [, indent = '', mark] = /^(\s*)(\{:.*\})\s*$/.exec(line) ?? [];
    if (fence !== undefined || mark === undefined) return void made.push(line);
    const definition = /^\{:([\w-]+):\s*(.*)\}$/.exec(mark);
    if (definition !== null) {
      named.set(definition[1]!, definition[2]!);
      return;
    }
    const before = made.at(-1)?.trim() ?? '';
    const after = lines[index + 1]?.trim() ?? '';
    made.push('', `${indent}{:${before === '' && after !== '' ? '^' : 'v'}${mark.slice(2)}`, '');
  });
  return made.join('\n');
}

/** Tokens by their opening and closing, so that a mark finds the block before or after it. */
function openingBefore(tokens: readonly Token[], index: number): Token | undefined {
  const last = tokens[index - 1];
  if (last === undefined) return undefined;
  if (last.nesting === 0) return last;
  if (last.nesting !== -1) return undefined;
  for (let at = index - 2, depth = 1; at >= 0; at--) {
    const token = tokens[at]!;
    depth -= token.nesting;
    if (depth === 0) return token;
  }
  return undefined;
}

function blockMarks(named: ReadonlyMap<string, string>) {
  return (state: StateCore) => {
    const { tokens } = state;
    for (let index = 0; index + 2 < tokens.length; ) {
      const mark = tokens[index]!.type === 'paragraph_open' ? /^\{:([v^])(.*)\}$/.exec(tokens[index + 1]!.content) : null;
      if (mark === null) {
        index++;
        continue;
      }
      const attributes = parseMark(mark[2]!, named);
      const target = mark[1] === 'v' ? openingBefore(tokens, index) : tokens[index + 3];
      if (target !== undefined) attach(target, attributes);
      if (attributes.words.includes('toc') && target !== undefined) target.meta = { ...(target.meta as object | null), toc: true };
      tokens.splice(index, 3);
    }
  };
}

/** `{#id}` and `{: .x}` at the end of a heading; `{:...}` right after a link, an image or emphasis. */
function inlineMarks(named: ReadonlyMap<string, string>) {
  return (state: StateCore) => {
    state.tokens.forEach((token, index) => {
      if (token.type !== 'inline' || token.children === null) return;
      const opening = state.tokens[index - 1];
      const last = token.children.at(-1);
      const atEnd = opening?.type === 'heading_open' && last?.type === 'text' ? /\s*\{:?\s*(#[\w:.-]+[^}]*|\.[^}]*)\}\s*$/.exec(last.content) : null;
      if (opening !== undefined && last !== undefined && atEnd !== null) {
        attach(opening, parseMark(atEnd[1]!, named));
        last.content = last.content.slice(0, atEnd.index);
      }
      token.children.forEach((child, at) => {
        const [whole, text] = child.type === 'text' ? (/^\{:\s*([^}]*)\}/.exec(child.content) ?? []) : [];
        const target = whole === undefined ? undefined : openingBefore(token.children!, at);
        if (whole === undefined || target === undefined || target.type === 'text') return;
        attach(target, parseMark(text!, named));
        child.content = child.content.slice(whole.length);
      });
    });
  };
}

const BLOCK_TAGS = new Set('address article aside blockquote center details dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section style script svg summary table tbody td tfoot th thead tr ul'.split(' '));

/**
 * An HTML block ends for kramdown at its closing tag, not at the next empty line, and its text is no Markdown unless it says
 * `markdown="1"`: pages written for the IG Publisher rely on both.
 */
function htmlBlock(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  if (state.sCount[startLine]! - state.blkIndent >= 4) return false;
  const start = state.bMarks[startLine]! + state.tShift[startLine]!;
  const opening = /^<([a-zA-Z][\w-]*)(\s[^>]*)?>/.exec(state.src.slice(start, start + 4000));
  const tag = opening?.[1]?.toLowerCase() ?? '';
  if (opening === null || !BLOCK_TAGS.has(tag) || opening[0].endsWith('/>')) return false;
  const balance = new RegExp(`<(/?)${tag}(?=[\\s/>])[^>]*?(/?)>`, 'gi');
  let depth = 0;
  let nextLine = startLine;
  for (; nextLine < endLine; nextLine++) {
    const line = state.src.slice(state.bMarks[nextLine], state.eMarks[nextLine]);
    for (const [, closing, empty] of line.matchAll(balance)) depth += closing === '/' ? -1 : empty === '/' ? 0 : 1;
    if (depth <= 0) break;
  }
  if (nextLine >= endLine) return false;
  if (silent) return true;
  nextLine++;
  const content = state.src.slice(start, state.eMarks[nextLine - 1]);
  const inner = /\smarkdown=["']?(1|block|span)["']?/.test(opening[2] ?? '') ? new RegExp(`^([\\s\\S]*)(</${tag}\\s*>[^<]*)$`, 'i').exec(content.slice(opening[0].length)) : null;
  const push = (text: string) => {
    const token = state.push('html_block', '', 0);
    token.map = [startLine, nextLine];
    token.content = `${text}\n`;
  };
  state.line = nextLine;
  if (inner === null) {
    push(content);
  } else {
    push(opening[0].replace(/\smarkdown=["']?\w+["']?/, ''));
    state.md.block.parse(inner[1]!, state.md, state.env, state.tokens);
    push(inner[2]!.trim());
  }
  return true;
}

/** The anchor that kramdown makes of a heading as Jekyll sets it. */
export function headingAnchor(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}_ -]/gu, '').trim().replaceAll(' ', '-');
}

/** @param named attribute lists that a page defines by name (`{:note: .stu}`); filled by {@link separateMarks} */
export function kramdown(markdown: InstanceType<typeof MarkdownIt>, named: ReadonlyMap<string, string>): void {
  markdown.block.ruler.before('html_block', 'kramdown_html', htmlBlock, { alt: ['paragraph', 'reference', 'blockquote'] });
  markdown.core.ruler.after('block', 'kramdown_block_marks', blockMarks(named));
  markdown.core.ruler.after('inline', 'kramdown_inline_marks', inlineMarks(named));
}
