/** Two values of one aspect in, the difference between them with its direction out; absent means "not constrained". */
import type { Aspect, ChangedValues, ChangeKind, Difference } from './change';

/** A number of which a larger one (`stricter: 1`) or a smaller one (-1) allows less. */
export function compareOrdered(aspect: Aspect, at: string, before: number, after: number, stricter: 1 | -1, text: (value: number) => string = String): Difference[] {
  if (before === after) return [];
  return [{ kind: (after - before) * stricter > 0 ? 'tightened' : 'loosened', aspect, at, before: text(before), after: text(after) }];
}

/** Something that may be said or not, such as a fixed value: saying it allows less. */
export function compareOptional(aspect: Aspect, at: string, before: string | undefined, after: string | undefined): Difference[] {
  if (before === after) return [];
  const kind: ChangeKind = before === undefined ? 'tightened' : after === undefined ? 'loosened' : 'changed';
  return [{ kind, aspect, at, ...values(before, after) }];
}

/** A list of which one applies, where no list allows all: `type`, `targetProfile`. */
export function compareAllowed(aspect: Aspect, at: string, before: readonly string[] | undefined, after: readonly string[] | undefined): Difference[] {
  const lost = before?.filter((item) => after !== undefined && !after.includes(item)) ?? [];
  const gained = after?.filter((item) => before !== undefined && !before.includes(item)) ?? [];
  const tighter = lost.length > 0 || (before === undefined && after !== undefined);
  const looser = gained.length > 0 || (before !== undefined && after === undefined);
  if (!tighter && !looser) return [];
  const kind: ChangeKind = tighter && looser ? 'changed' : tighter ? 'tightened' : 'loosened';
  return [{ kind, aspect, at, ...values(before && listed(before), after && listed(after)) }];
}

/** A set of things, such as the codes of a value set: what is gone and what is new, each with its own direction. */
export function compareMembers(aspect: Aspect, at: string | undefined, before: Iterable<string>, after: Iterable<string>, [lost, gained]: readonly [lost: ChangeKind, gained: ChangeKind]): Difference[] {
  const [old, now] = [new Set(before), new Set(after)];
  const place = at === undefined ? {} : { at };
  const gone = [...old].filter((item) => !now.has(item)).sort();
  const come = [...now].filter((item) => !old.has(item)).sort();
  return [
    ...(gone.length === 0 ? [] : [{ kind: lost, aspect, ...place, items: gone }]),
    ...(come.length === 0 ? [] : [{ kind: gained, aspect, ...place, items: come }]),
  ];
}

/** Something of which every change makes another thing. */
export function compareOther(aspect: Aspect, at: string | undefined, before: string | undefined, after: string | undefined): Difference[] {
  return before === after ? [] : [{ kind: 'changed', aspect, ...(at !== undefined && { at }), ...values(before, after) }];
}

function values(before: string | undefined, after: string | undefined): ChangedValues {
  return { ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}

function listed(items: readonly string[]): string {
  return [...items].sort().join(', ');
}

/** JSON with sorted keys, so that equal values are equal text. */
export function canonicalText(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

/** A word, number or flag as text; absent stays absent. */
export function plainText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : canonicalText(value);
}
