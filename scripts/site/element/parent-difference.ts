/** A structure and its parent in, what the structure changes out, in words, one row each. */
import { choice, type ElementDefinition, type StructureDefinition } from '../structure';
import { typeCode } from './table';
import { elementId } from './rows';

export interface Change {
  readonly id: string;
  /** What is changed: `cardinality`, `binding`, ... */
  readonly aspect: string;
  /** Absent where the parent says nothing. */
  readonly before?: string;
  readonly after: string;
}

const cardinality = ({ min, max }: ElementDefinition): string => `${min ?? ''}..${max ?? ''}`;
const flag = (value: boolean | undefined): string => (value === true ? 'yes' : 'no');

function types(element: ElementDefinition): string {
  return (element.type ?? [])
    .map((type) => {
      const narrowed = [...(type.profile ?? []), ...(type.targetProfile ?? [])].map((url) => url.split('/').at(-1));
      return `${typeCode(type)}${narrowed.length > 0 ? `(${narrowed.join(' | ')})` : ''}`;
    })
    .join(' | ');
}

function value(element: ElementDefinition, name: string): string {
  const found = choice(element, name)?.value;
  return found === undefined ? '' : typeof found === 'string' ? found : JSON.stringify(found);
}

/** Each aspect with the way to say it; an empty string is nothing said. */
const ASPECTS: Readonly<Record<string, (element: ElementDefinition) => string>> = {
  cardinality,
  type: types,
  'must support': (element) => flag(element.mustSupport),
  modifier: (element) => flag(element.isModifier),
  fixed: (element) => value(element, 'fixed'),
  pattern: (element) => value(element, 'pattern'),
  binding: ({ binding }) => (binding === undefined ? '' : `${binding.strength}: ${binding.valueSet ?? ''}`),
  slicing: ({ slicing }) => (slicing === undefined ? '' : `${slicing.rules ?? 'open'}, by ${(slicing.discriminator ?? []).map(({ type, path }) => `${type} of ${path}`).join(' and ')}`),
  'minimum value': (element) => value(element, 'minValue'),
  'maximum value': (element) => value(element, 'maxValue'),
  'maximum length': ({ maxLength }) => (maxLength === undefined ? '' : String(maxLength)),
  short: ({ short }) => short ?? '',
  definition: ({ definition }) => definition ?? '',
};

/** In the order of the structure's elements. A slice is compared with what it slices. */
export function parentDifference(structure: StructureDefinition, parent: StructureDefinition): Change[] {
  const before = new Map((parent.snapshot?.element ?? []).map((element) => [elementId(element), element]));
  const ownIds = new Set((structure.differential?.element ?? []).map(elementId));
  const changes: Change[] = [];
  for (const element of structure.snapshot?.element ?? []) {
    const id = elementId(element);
    const earlier = before.get(id) ?? before.get(id.replace(/:[^.]+/g, ''));
    // Of elements that a profile does not name, only what is not simply its type's or its slice's own.
    if (!ownIds.has(id)) continue;
    if (element.sliceName !== undefined && !before.has(id)) changes.push({ id, aspect: 'slice', after: `new slice ${element.sliceName}, ${cardinality(element)}` });
    for (const [aspect, words] of Object.entries(ASPECTS)) {
      const after = words(element);
      const was = earlier === undefined ? '' : words(earlier);
      if (after === was || (earlier === undefined && ['definition', 'modifier', 'must support'].includes(aspect) && after !== 'yes')) continue;
      if (aspect === 'definition' && element.short === after) continue;
      changes.push({ id, aspect, after, ...(was === '' ? {} : { before: was }) });
    }
    const keys = new Set((earlier?.constraint ?? []).map(({ key }) => key));
    for (const { key, severity, human } of element.constraint ?? []) {
      if (!keys.has(key) && earlier !== undefined) changes.push({ id, aspect: 'invariant', after: `${key} (${severity ?? 'error'}): ${human ?? ''}` });
    }
  }
  return changes;
}
