/** The text of a .hbs file in, a template with its declared fields out; a record's values in, the elements of a resource out. */
import Handlebars from 'handlebars';
import type { Finding } from '../core/finding';
import { isObject } from '../core/json';
import { jsonFault, type JsonFault } from './json-fault';
import { prune } from './prune';
import { readShape, type Shape } from './shape';
import { mistake, type SourceText } from './source-text';
import { registerHelpers } from './template-helpers';
import { lineOfOutput, parseHandlebars, withLineMarks } from './template-lines';
import { lintTemplate } from './template-lint';
import { parseYaml, type YamlNode } from './yaml-tree';

export interface Template {
  /** The resource type that it writes: the file's name. */
  readonly type: string;
  readonly file: string;
  /** What a record of this type may say: the fields of every record, those declared here, those that code computes from. */
  readonly shape: Shape;
  /** What references to such a record are called; empty where the template says nothing. */
  display(values: object): string;
  /** The JSON elements of the resource, or what is wrong with the output. */
  render(values: object): Rendered;
}

export type Rendered =
  | { readonly elements: Record<string, unknown> }
  | { readonly code: 'template-field' | 'template-output'; readonly message: string; readonly line: number; readonly column?: number };

/** Fields that are there without being declared: some that a record may state, some that code adds. */
export interface GivenFields {
  readonly stated: Shape;
  readonly added: Shape;
}

/** The templates of one folder: they share partials, and meet those of no other folder. */
export interface TemplateSet {
  readonly environment: typeof Handlebars;
  readonly partials: ReadonlyMap<string, { readonly file: string; readonly program: hbs.AST.Program }>;
}

const PARTIAL_NAME = /_([^/\\]+)\.hbs$/;
const FRONT_MATTER = /^---\r?\n([\s\S]*?)^---[ \t]*\r?$/m;
const EMPTY: Shape = { fields: new Map() };

/** True for the file of a partial: its name begins with an underscore. */
export function isPartial(file: string): boolean {
  return /(^|[/\\])_[^/\\]+\.hbs$/.test(file);
}

/** Reads the partials. */
export function openTemplates(files: readonly SourceText[]): { set: TemplateSet; findings: Finding[] } {
  const environment = Handlebars.create();
  registerHelpers(environment);
  const partials = new Map<string, { file: string; program: hbs.AST.Program }>();
  const findings: Finding[] = [];
  for (const { file, text } of files) {
    const name = PARTIAL_NAME.exec(file)?.[1] ?? file;
    const parsed = parseHandlebars(text, environment);
    if ('program' in parsed) {
      partials.set(name, { file, program: parsed.program });
      environment.registerPartial(name, environment.compile(parsed.program));
    } else findings.push(mistake('template-syntax', parsed.message, { file, line: parsed.line, column: parsed.column }));
  }
  return { set: { environment, partials }, findings };
}

/** Reads a template: front matter with `display` and `fields`, then the JSON of the resource. */
export function readTemplate(type: string, source: SourceText, given: GivenFields, { environment, partials }: TemplateSet): { template?: Template; findings: Finding[] } {
  const { file } = source;
  const { display, declared, body, findings } = splitHead(source);
  const parsed = parseHandlebars(body, environment);
  if (!('program' in parsed)) return { findings: [...findings, mistake('template-syntax', parsed.message, { file, line: parsed.line, column: parsed.column })] };
  const shape = together(given.stated, declared, (name) => findings.push(mistake('bad-shape', `The field "${name}" is there already and needs no declaration.`, { file, line: 1, column: 1 })));
  findings.push(...lintTemplate(parsed.program, together(shape, given.added), { file, partials }));
  const write = environment.compile(parsed.program);
  const writeMarked = () => environment.compile(withLineMarks(environment.parse(body)));
  const name = environment.compile(display, { noEscape: true });
  return {
    template: { type, file, shape, display: (values) => name(values).trim(), render: (values) => render(write, writeMarked, values) },
    findings,
  };
}

interface Head {
  display: string;
  declared: Shape;
  /** The template proper, on the lines that it has in the file. */
  body: string;
  findings: Finding[];
}

function splitHead({ file, text }: SourceText): Head {
  const match = FRONT_MATTER.exec(text);
  if (match?.index !== 0) return { display: '', declared: EMPTY, body: text, findings: [] };
  const head: Head = { display: '', declared: EMPTY, body: match[0].replace(/[^\n]/g, '') + text.slice(match[0].length), findings: [] };
  const { tree, findings } = parseYaml({ file, text: match[1] ?? '' }, 1);
  head.findings.push(...findings);
  if (tree !== undefined) readHead(tree, head);
  return head;
}

function readHead(tree: YamlNode, head: Head): void {
  for (const { key, keyPlace, value } of tree.kind === 'mapping' ? tree.entries : []) {
    if (key === 'display' && value.kind === 'scalar') head.display = value.text;
    else if (key === 'fields') {
      const { shape, findings } = readShape(value);
      head.declared = shape;
      head.findings.push(...findings);
    } else head.findings.push(mistake('unknown-key', `"${key}" is not read from the head of a template. Allowed: display, fields.`, keyPlace));
  }
}

function together(first: Shape, second: Shape, twice: (name: string) => void = () => undefined): Shape {
  for (const name of second.fields.keys()) if (first.fields.has(name)) twice(name);
  return { fields: new Map([...second.fields, ...first.fields]) };
}

function render(write: Handlebars.TemplateDelegate, writeMarked: () => Handlebars.TemplateDelegate, values: object): Rendered {
  let output: string;
  try {
    output = write(values);
  } catch (error) {
    const { message, lineNumber, column } = error as { message: string; lineNumber?: number; column?: number };
    return { code: 'template-field', message: message.replace(/ - \d+:\d+$/, ''), line: lineNumber ?? 1, column: (column ?? 0) + 1 };
  }
  const parsed = parseObject(output);
  if ('elements' in parsed) return { elements: (prune(parsed.elements) ?? {}) as Record<string, unknown> };
  return { code: 'template-output', message: parsed.message, line: lineOfOutput(output, parsed.offset, writeMarked()(values)) };
}

function parseObject(text: string): { elements: unknown } | JsonFault {
  try {
    const elements: unknown = JSON.parse(text);
    return isObject(elements) ? { elements } : { message: 'the output is not a JSON object', offset: 0 };
  } catch (error) {
    const fault = jsonFault(text);
    return { message: `the output is not JSON: ${fault?.message ?? (error as Error).message}`, offset: fault?.offset ?? 0 };
  }
}
