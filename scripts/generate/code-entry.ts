/** The names that scenarios use for codes and code systems, and how a code is written out; values only, read from codes.yaml elsewhere. */
import type { CodeableConcept, Coding } from '../core/fhir';
import { shapeOf, type Shape } from './shape';

export interface CodeEntry {
  /** The first is the one that a Coding element takes. None where the concept is text only. */
  readonly codings: readonly Coding[];
  readonly text?: string;
  /** For modalities: the SOP class of their instances where a series names none. */
  readonly sopClass?: string;
}

export interface Vocabulary {
  /** Code system URLs by name. */
  readonly systems: ReadonlyMap<string, string>;
  /** Entries by name, per group (`modality`, `bodySite`, ...). */
  readonly groups: ReadonlyMap<string, ReadonlyMap<string, CodeEntry>>;
}

export const NO_CODES: Vocabulary = { systems: new Map(), groups: new Map() };

/** How a code is written, in codes.yaml and wherever a scenario writes one out instead of naming it. */
export const CODE_SHAPE: Shape = shapeOf({
  system: 'system',
  version: 'text',
  code: 'text',
  display: 'text',
  text: 'text',
  also: [{ system: 'system', version: 'text', code: 'text!', display: 'text' }],
  sopClass: 'text',
});

/** A code as CODE_SHAPE reads it. */
export interface CodeText extends Coding {
  text?: string;
  also?: Coding[];
  sopClass?: string;
}

export function toEntry({ system, version, code, display, text, also = [], sopClass }: CodeText): CodeEntry {
  const first = code === undefined ? [] : [bare({ system, version, code, display })];
  const entry = { codings: [...first, ...also.map(bare)] };
  return { ...entry, ...(text === undefined ? {} : { text }), ...(sopClass === undefined ? {} : { sopClass }) };
}

/** The Coding without the elements that are absent: JSON knows no undefined. */
function bare(coding: { [element in keyof Coding]: Coding[element] | undefined }): Coding {
  return Object.fromEntries(Object.entries(coding).filter(([, value]) => value !== undefined));
}

/** https://hl7.org/fhir/R4/datatypes.html#CodeableConcept */
export function conceptOf({ codings, text }: CodeEntry): CodeableConcept {
  return { ...(codings.length === 0 ? {} : { coding: [...codings] }), ...(text === undefined ? {} : { text }) };
}

/** The entry of a group that has this Coding. */
export function entryOf(vocabulary: Vocabulary, group: string, coding: Coding): CodeEntry | undefined {
  const entries = vocabulary.groups.get(group)?.values() ?? [];
  return [...entries].find(({ codings }) => codings.some((other) => other.system === coding.system && other.code === coding.code));
}
