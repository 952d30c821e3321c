/** A StructureDefinition in, its elements as the rows of a tree out, each with the views that show it. */
import type { ElementDefinition, StructureDefinition } from '../structure';

export interface ElementRow {
  readonly id: string;
  /** Last part of the id: `identifier:studyUID`. */
  readonly name: string;
  readonly parent?: string;
  /** 0 for the structure itself; a slice stands one below what it slices. */
  readonly depth: number;
  readonly hasChildren: boolean;
  /** The whole element: of the snapshot where there is one. */
  readonly element: ElementDefinition;
  /** What this structure says of it itself. */
  readonly own?: ElementDefinition;
  readonly inKey: boolean;
  readonly inMustSupport: boolean;
  readonly inDifferential: boolean;
}

export function elementId(element: ElementDefinition): string {
  return element.id ?? (element.sliceName === undefined ? element.path : `${element.path}:${element.sliceName}`);
}

/** Rows in the order of the snapshot; of the differential where a structure has nothing else. */
export function elementRows(structure: StructureDefinition): ElementRow[] {
  const own = new Map((structure.differential?.element ?? []).map((element) => [elementId(element), element]));
  const elements = structure.snapshot?.element ?? structure.differential?.element ?? [];
  const ids = new Set(elements.map(elementId));
  const parents = new Map<string, string>();
  for (const id of ids) {
    const parent = parentId(id, ids);
    if (parent !== undefined) parents.set(id, parent);
  }
  const withAncestors = (wanted: Iterable<string>) => {
    const all = new Set<string>();
    for (const id of wanted) for (let at: string | undefined = id; at !== undefined && !all.has(at); at = parents.get(at)) all.add(at);
    return all;
  };
  const differential = withAncestors([...own.keys()].filter((id) => ids.has(id)));
  const mustSupport = withAncestors(elements.filter((element) => element.mustSupport === true).map(elementId));
  const key = keyElements(elements, parents, own, withAncestors);
  const hasChildren = new Set(parents.values());
  const depths = new Map<string, number>();
  return elements.map((element) => {
    const id = elementId(element);
    const parent = parents.get(id);
    const depth = parent === undefined ? 0 : (depths.get(parent) ?? 0) + 1;
    depths.set(id, depth);
    const ownElement = own.get(id);
    return {
      id, depth, element,
      name: depth === 0 ? id : id.slice(id.lastIndexOf('.') + 1),
      hasChildren: hasChildren.has(id),
      inKey: key.has(id), inMustSupport: mustSupport.has(id), inDifferential: differential.has(id),
      ...(parent === undefined ? {} : { parent }), ...(ownElement === undefined ? {} : { own: ownElement }),
    };
  });
}

/** `a.b:slice` belongs below `a.b`, a re-slice `a.b:x/y` below `a.b:x`, all else below the id without its last part. */
function parentId(id: string, ids: ReadonlySet<string>): string | undefined {
  const dot = id.lastIndexOf('.');
  const last = id.slice(dot + 1);
  const colon = last.indexOf(':');
  if (colon >= 0) {
    const slash = last.lastIndexOf('/');
    const sliced = slash > colon ? id.slice(0, dot + 1 + slash) : id.slice(0, dot + 1 + colon);
    if (ids.has(sliced)) return sliced;
  }
  for (let at = dot; at > 0; at = id.lastIndexOf('.', at - 1)) {
    if (ids.has(id.slice(0, at))) return id.slice(0, at);
  }
  return undefined;
}

/** What an implementer cannot pass over: what this structure says itself, must-support, modifiers, and what is mandatory below any of them. */
function keyElements(elements: readonly ElementDefinition[], parents: ReadonlyMap<string, string>, own: ReadonlyMap<string, unknown>, withAncestors: (ids: Iterable<string>) => Set<string>): Set<string> {
  const byId = new Map(elements.map((element) => [elementId(element), element]));
  // What stands below a forbidden element is forbidden with it.
  const forbidden = new Set<string>();
  for (const element of elements) {
    const parent = parents.get(elementId(element));
    if (parent !== undefined && (forbidden.has(parent) || byId.get(parent)?.max === '0')) forbidden.add(elementId(element));
  }
  const key = withAncestors(elements.filter((element) => !forbidden.has(elementId(element)) && (own.has(elementId(element)) || element.mustSupport === true || (element.isModifier === true && element.max !== '0' && !/modifierExtension$|implicitRules$/.test(element.path)))).map(elementId));
  for (const element of elements) {
    const id = elementId(element);
    const parent = parents.get(id);
    if (element.max !== '0' && !forbidden.has(id) && (element.min ?? 0) > 0 && (parent === undefined || key.has(parent))) key.add(id);
  }
  return key;
}
