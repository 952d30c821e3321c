/** YAML text in, a tree of values that know their places out; syntax errors come back as findings. */
import { CORE_SCHEMA, EVENT_ID, YAMLException, constructFromEvents, getScalarValue, parseEvents, type Event } from 'js-yaml';
import type { Finding } from '../core/finding';
import { mistake, placesOf, type Place, type SourceText } from './source-text';

/** A value and where it stands; an empty value stands where its key does. */
export type YamlNode = YamlScalar | YamlSequence | YamlMapping;

export interface YamlScalar {
  readonly kind: 'scalar';
  /** The value by YAML 1.2's core schema. */
  readonly value: string | number | boolean | null;
  /** The characters as written (quotes and folding undone), whatever type YAML gives them: `007`, `2024`. */
  readonly text: string;
  readonly place: Place;
}

export interface YamlSequence {
  readonly kind: 'sequence';
  readonly items: readonly YamlNode[];
  readonly place: Place;
}

export interface YamlEntry {
  readonly key: string;
  readonly keyPlace: Place;
  readonly value: YamlNode;
}

export interface YamlMapping {
  readonly kind: 'mapping';
  readonly entries: readonly YamlEntry[];
  readonly place: Place;
}

export interface YamlResult {
  readonly tree?: YamlNode;
  readonly findings: readonly Finding[];
}

/**
 * Reads one YAML document.
 * @param lineOffset lines that stand before the text in its file (front matter of a template)
 */
export function parseYaml(source: SourceText, lineOffset = 0): YamlResult {
  const placeOf = placesOf(source);
  const at = (offset: number): Place => {
    const place = placeOf(offset);
    return { ...place, line: place.line + lineOffset };
  };
  try {
    const events = parseEvents(source.text, { filename: source.file });
    const documents = constructFromEvents(events, { source: source.text, filename: source.file });
    if (documents.length !== 1) {
      const said = documents.length === 0 ? 'The file is empty' : 'The file holds several YAML documents';
      return { findings: [mistake('yaml-syntax', `${said}; one YAML document was expected.`, at(0))] };
    }
    return { tree: new TreeBuilder(source.text, events, at).build(), findings: [] };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { line = 0, column = 0 } = error.mark ?? {};
    const place = { file: source.file, line: line + 1 + lineOffset, column: column + 1 };
    return { findings: [mistake('yaml-syntax', `${sentence(error.reason)}${advice(error.reason)}`, place)] };
  }
}

function sentence(reason: string): string {
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
}

function advice(reason: string): string {
  return /tab/i.test(reason) ? ' Indent with spaces.' : '';
}

/** Walks the event list once; a class only because the walk has a position. */
class TreeBuilder {
  private next = 1;
  private readonly anchors = new Map<string, YamlNode>();

  constructor(
    private readonly text: string,
    private readonly events: readonly Event[],
    private readonly at: (offset: number) => Place,
  ) {}

  build(): YamlNode {
    return this.node(this.at(0));
  }

  private take(): Event {
    const event = this.events[this.next++];
    if (event === undefined) throw new Error('YAML events end inside a document');
    return event;
  }

  private atPop(): boolean {
    return this.events[this.next]?.type === EVENT_ID.POP;
  }

  private node(around: Place): YamlNode {
    const event = this.take();
    if (event.type === EVENT_ID.ALIAS) {
      const target = this.anchors.get(this.text.slice(event.anchorStart, event.anchorEnd));
      if (target === undefined) YAMLException.throwAt(this.text, event.anchorStart - 1, 'a value that contains itself');
      return target;
    }
    if (event.type === EVENT_ID.DOCUMENT || event.type === EVENT_ID.POP) throw new Error('unexpected YAML event');
    const node = event.type === EVENT_ID.SCALAR ? this.scalar(event, around) : this.collection(event.type, this.at(event.start));
    if (event.anchorStart >= 0) this.anchors.set(this.text.slice(event.anchorStart, event.anchorEnd), node);
    return node;
  }

  private scalar(event: Extract<Event, { type: typeof EVENT_ID.SCALAR }>, around: Place): YamlScalar {
    const place = event.valueStart < 0 ? around : this.at(quoted(this.text, event.valueStart));
    const [value] = constructFromEvents([SCALAR_DOCUMENT, { ...event, anchorStart: -1, anchorEnd: -1 }, POP], { source: this.text, schema: CORE_SCHEMA });
    return { kind: 'scalar', value: value as YamlScalar['value'], text: getScalarValue(this.text, event), place };
  }

  private collection(type: number, place: Place): YamlNode {
    if (type === EVENT_ID.SEQUENCE) {
      const items: YamlNode[] = [];
      while (!this.atPop()) items.push(this.node(place));
      this.take();
      return { kind: 'sequence', items, place };
    }
    const entries: YamlEntry[] = [];
    while (!this.atPop()) {
      const key = this.node(place);
      const keyText = key.kind === 'scalar' ? key.text : '?';
      entries.push({ key: keyText, keyPlace: key.place, value: this.node(key.place) });
    }
    this.take();
    return { kind: 'mapping', entries, place };
  }
}

const SCALAR_DOCUMENT: Event = { type: EVENT_ID.DOCUMENT, explicitStart: false, explicitEnd: false, directives: [] };
const POP: Event = { type: EVENT_ID.POP };

/** The offset of the opening quote where the value is quoted: that is where a person looks. */
function quoted(text: string, start: number): number {
  const before = text[start - 1];
  return before === '"' || before === "'" ? start - 1 : start;
}

/** What a node is, in words. */
export function kindOf(node: YamlNode): string {
  if (node.kind === 'sequence') return 'a list';
  if (node.kind === 'mapping') return 'a mapping';
  return node.value === null ? 'nothing' : `"${node.text}"`;
}

/** The node as a plain JSON value. */
export function plainValue(node: YamlNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'sequence') return node.items.map(plainValue);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, plainValue(value)]));
}
