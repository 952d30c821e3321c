/** The table of a FHIR version and the name of a type in, its elements in their order out. */
import type { ElementTable } from './element-table';

/**
 * One element as JSON and XML name it; the spellings of a choice element are rows of their own with the same place.
 *
 * In the table a structure is a line of words: the structure that it extends (or `-`), then each element as `name:Type`, with `*`
 * behind the name where it repeats, `@` before it where XML has it as an attribute, and `name[x]:Type|Type` for a choice. A type
 * with a dot is the path of another structure: `contact*:Patient.contact`.
 */
export interface ElementRow {
  readonly name: string;
  readonly type: string;
  /** `value` of `valueString`; absent for an element that is no choice. */
  readonly stem?: string;
  readonly repeats: boolean;
  readonly isAttribute: boolean;
  /** Rank among the elements of the structure, those of the base first. */
  readonly place: number;
}

/** Rows by name, in order. */
export type Structure = ReadonlyMap<string, ElementRow>;

const caches = new WeakMap<ElementTable, Map<string, Structure>>();

/** The elements of a type or of the path of a backbone element; undefined for a name the version does not have, and for primitive types. */
export function structureOf(table: ElementTable, name: string): Structure | undefined {
  let cache = caches.get(table);
  if (cache === undefined) caches.set(table, (cache = new Map<string, Structure>()));
  const known = cache.get(name);
  if (known !== undefined) return known;
  const line = Object.hasOwn(table.structures, name) ? table.structures[name] : undefined;
  if (line === undefined) return undefined;
  const [base = '-', ...words] = line.split(' ');
  const inherited = base === '-' ? [] : [...(structureOf(table, base)?.values() ?? [])];
  const begin = (inherited.at(-1)?.place ?? -1) + 1;
  const structure = new Map([...inherited, ...words.flatMap((word, index) => rowsOf(word, begin + index))].map((row) => [row.name, row]));
  cache.set(name, structure);
  return structure;
}

function rowsOf(word: string, place: number): ElementRow[] {
  const [, at, name = '', choice, star, types = ''] = /^(@?)([^*[:]+)(\[x\])?(\*?):(.*)$/.exec(word) ?? [];
  const row = { repeats: star === '*', isAttribute: at === '@', place };
  if (choice === undefined) return [{ ...row, name, type: types }];
  return types.split('|').map((type) => ({ ...row, name: choiceName(name, type), stem: name, type }));
}

/** `value` and `dateTime` to `valueDateTime`: https://hl7.org/fhir/R4/formats.html#choice */
export function choiceName(stem: string, type: string): string {
  return stem + type.charAt(0).toUpperCase() + type.slice(1);
}

/** True for a type whose value is text, a number or a boolean. */
export function isPrimitive(table: ElementTable, type: string): boolean {
  return table.primitives.includes(type);
}
