/** Which line of a template wrote a given character of its output: found by rendering once more with line marks in the template's own text. */
import type Handlebars from 'handlebars';

const OPEN = '\uE000';
const CLOSE = '\uE001';
const MARK = /\uE000(\d+)\uE001/y;

/** The template's syntax tree with a mark before each line of its literal text. */
export function withLineMarks(program: hbs.AST.Program): hbs.AST.Program {
  return mapContent(program, (content) => {
    // Handlebars takes away the line of a block's tag; `original` is the text as it stood (its declared type is wrong).
    const original = content.original as unknown as string;
    const first = content.loc.start.line + breaks(original.slice(0, Math.max(0, original.indexOf(content.value))));
    const marked = content.value.split('\n').map((line, i) => `${OPEN}${first + i}${CLOSE}${line}`);
    return marked.join('\n');
  });
}

function breaks(text: string): number {
  return text.split('\n').length - 1;
}

function mapContent(program: hbs.AST.Program, change: (content: hbs.AST.ContentStatement) => string): hbs.AST.Program {
  const body = program.body.map((statement): hbs.AST.Statement => {
    if (statement.type === 'ContentStatement') {
      const content = statement as hbs.AST.ContentStatement;
      return { ...content, value: change(content) } as hbs.AST.ContentStatement;
    }
    if (statement.type !== 'BlockStatement') return statement;
    const block = statement as hbs.AST.BlockStatement;
    const inverse = block.inverse && mapContent(block.inverse, change);
    return { ...block, program: mapContent(block.program, change), inverse } as hbs.AST.BlockStatement;
  });
  return { ...program, body };
}

/** The template line that wrote the character at `offset` of the output; white space is not counted, because helpers may trim it. */
export function lineOfOutput(output: string, offset: number, marked: string): number {
  let wanted = output.slice(0, offset).replace(/\s/g, '').length;
  let line = 1;
  let lastWritten = 1;
  for (let at = 0; at < marked.length; at++) {
    MARK.lastIndex = at;
    const mark = MARK.exec(marked);
    if (mark !== null) {
      line = Number(mark[1]);
      at = MARK.lastIndex - 1;
    } else if (!/\s/.test(marked[at]!)) {
      if (wanted-- === 0) return line;
      lastWritten = line;
    }
  }
  return lastWritten;
}

/** Parses Handlebars, or says where it fails. */
export function parseHandlebars(text: string, environment: typeof Handlebars): { program: hbs.AST.Program } | { message: string; line: number; column: number } {
  try {
    return { program: environment.parse(text) };
  } catch (error) {
    const { message } = error as Error;
    const known = error as { lineNumber?: number; column?: number };
    const line = known.lineNumber ?? Number(/on line (\d+)/.exec(message)?.[1] ?? 1);
    const hint = message.includes("'CLOSE_UNESCAPED'") ? ' A brace of the JSON right after }} needs a space between them.' : '';
    const [, , said = message] = /^(Parse error[^\n]*\n)[\s\S]*?\n(Expecting[^\n]*)$/.exec(message) ?? [];
    return { message: `${said.replace(/ - \d+:\d+$/, '')}.${hint}`, line, column: (known.column ?? 0) + 1 };
  }
}
