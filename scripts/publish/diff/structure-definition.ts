/** Two states of a structure definition in, what they allow differently out. */
import type { Resource } from '../../core/fhir';
import type { Difference } from './change';
import { compareMembers, compareOther } from './compare-values';
import { compareElements, type Codes, type Element } from './element';

export interface StructureDefinition extends Resource {
  derivation?: string;
  baseDefinition?: string;
  type?: string;
  context?: { type?: string; expression?: string }[];
  snapshot?: { element?: Element[] };
  differential?: { element?: Element[] };
}

/** Compares snapshots where both have one, else differentials: then only what the profiles themselves say is compared. */
export function compareStructureDefinitions(before: Resource, after: Resource, codes: Codes): Difference[] {
  const [old, now] = [before as StructureDefinition, after as StructureDefinition];
  const view = old.snapshot !== undefined && now.snapshot !== undefined ? 'snapshot' : 'differential';
  return [
    ...compareOther('base', undefined, old.baseDefinition, now.baseDefinition),
    ...compareOther('base', 'type', old.type, now.type),
    ...compareMembers('context', undefined, contexts(old), contexts(now), ['tightened', 'loosened']),
    ...compareTrees(byId(old[view]?.element), byId(now[view]?.element), codes, old.derivation === 'specialization' && now.derivation === 'specialization'),
  ];
}

function contexts({ context = [] }: StructureDefinition): string[] {
  return context.map(({ type, expression }) => `${type} ${expression}`);
}

function byId(elements: readonly Element[] = []): Map<string, Element> {
  return new Map(elements.map((element) => [element.id ?? element.path, element]));
}

function compareTrees(old: ReadonlyMap<string, Element>, now: ReadonlyMap<string, Element>, codes: Codes, own: boolean): Difference[] {
  const ids = [...old.keys(), ...[...now.keys()].filter((id) => !old.has(id))];
  return ids.flatMap((id): Difference[] => {
    const [before, after] = [old.get(id), now.get(id)];
    const there = before ?? after;
    if (there === undefined || ancestorsOf(id).some((above) => (own || isSlice(above)) && old.has(above) !== now.has(above))) return [];
    if (before !== undefined && after !== undefined) return compareElements(id, before, after, codes);
    const kind = before === undefined ? 'added' : 'removed';
    if (isSlice(id)) return [{ kind, aspect: (there.min ?? 0) > 0 ? 'requiredSlice' : 'slice', at: id }];
    if (own) return [{ kind, aspect: 'element', at: id }];
    // An element of a datatype that only one side walks into: on the other side it is as the datatype has it.
    return compareElements(id, before ?? asInherited(there), after ?? asInherited(there), codes);
  });
}

/** `a.b:x.c` -> `a.b:x`, `a`. */
function ancestorsOf(id: string): string[] {
  const steps = id.split('.');
  return steps.slice(1).map((_, index) => steps.slice(0, index + 1).join('.'));
}

function isSlice(id: string): boolean {
  return (id.split('.').at(-1) ?? '').includes(':');
}

/** What `base` tells of the datatype, and nothing of what profiles add; types and bindings are not known, so they count as equal. */
function asInherited({ base, id, path, type, binding, constraint, isModifier, slicing }: Element): Element {
  return { path, ...(id !== undefined && { id }), ...(base?.min !== undefined && { min: base.min }), ...(base?.max !== undefined && { max: base.max }), ...(type && { type }), ...(binding && { binding }), ...(constraint && { constraint }), ...(isModifier !== undefined && { isModifier }), ...(slicing && { slicing }) };
}
