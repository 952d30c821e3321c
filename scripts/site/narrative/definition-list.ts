/** markdown-it in, markdown-it that reads kramdown's definition lists out: a line of text, then lines that begin with a colon. */
import type MarkdownIt from 'markdown-it';
import type { StateBlock } from 'markdown-it';

const DEFINITION = /^:[ \t]+(.*)$/;

/** Terms of one line each; every definition is one or more lines of inline text. */
function definitionList(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const lineAt = (line: number) => state.src.slice(state.bMarks[line]! + state.tShift[line]!, state.eMarks[line]);
  const definitionLine = (line: number) => (line < endLine && DEFINITION.test(lineAt(line)) ? line : line + 1 < endLine && lineAt(line) === '' && DEFINITION.test(lineAt(line + 1)) ? line + 1 : undefined);
  const term = lineAt(startLine);
  if (term === '' || /^([#>|-]|\d+\.|[*+] )/.test(term) || definitionLine(startLine + 1) === undefined) return false;
  if (silent) return true;
  state.push('dl_open', 'dl', 1);
  let line = startLine;
  while (line < endLine && lineAt(line) !== '' && definitionLine(line + 1) !== undefined) {
    inline(state, 'dt', lineAt(line), line);
    for (let at = definitionLine(line + 1); at !== undefined; at = definitionLine(line)) {
      const words = [DEFINITION.exec(lineAt(at))![1]!];
      line = at + 1;
      // Lines that go on with the definition are indented, or simply follow.
      while (line < endLine && lineAt(line) !== '' && !DEFINITION.test(lineAt(line)) && definitionLine(line + 1) === undefined) words.push(lineAt(line++));
      inline(state, 'dd', words.join('\n'), at);
    }
    while (line < endLine && lineAt(line) === '') line++;
  }
  state.push('dl_close', 'dl', -1);
  state.line = line;
  return true;
}

function inline(state: StateBlock, tag: string, text: string, line: number): void {
  state.push(`${tag}_open`, tag, 1);
  const token = state.push('inline', '', 0);
  token.content = text;
  token.children = [];
  token.map = [line, line + 1];
  state.push(`${tag}_close`, tag, -1);
}

export function definitionLists(markdown: InstanceType<typeof MarkdownIt>): void {
  markdown.block.ruler.before('paragraph', 'definition_list', definitionList, { alt: ['paragraph', 'reference'] });
}
