/** A structure definition in, a first value for each element that it demands out, as FSH writes them. */

export interface RequiredValue {
  /** FSH path: `identifier[studyUID].value`. */
  readonly path: string;
  /** FSH value: `"text"`, `#code`. */
  readonly value: string;
}

interface Element {
  readonly id: string;
  readonly path: string;
  readonly min?: number;
  readonly max?: string;
  readonly type?: readonly { readonly code: string }[];
  readonly binding?: { readonly strength: string; readonly valueSet?: string };
  readonly [other: string]: unknown;
}

/** The first code that a value set allows, by its canonical. */
export type FirstCode = (valueSet: string) => { system: string; code: string } | undefined;

/** Of each datatype a value that is right in form; true ones only the author knows. */
const VALUES: Readonly<Record<string, readonly [below: string, value: string]>> = {
  boolean: ['', 'true'], integer: ['', '1'], positiveInt: ['', '1'], unsignedInt: ['', '1'], decimal: ['', '1.0'], string: ['', '"text"'], markdown: ['', '"text"'], id: ['', '"1"'], code: ['', '#code'],
  uri: ['', '"https://example.org"'], url: ['', '"https://example.org"'], canonical: ['', '"https://example.org"'], oid: ['', '"urn:oid:2.25.1"'], uuid: ['', '"urn:uuid:00000000-0000-4000-8000-000000000000"'],
  date: ['', '"2026-01-31"'], dateTime: ['', '"2026-01-31"'], instant: ['', '"2026-01-31T12:00:00Z"'], time: ['', '"12:00:00"'], base64Binary: ['', '"AAAA"'],
  Reference: ['.display', '"who or what is meant"'], CodeableConcept: ['.text', '"in words"'], Coding: ['.display', '"in words"'], Identifier: ['.value', '"1"'], HumanName: ['.family', '"Doe"'], Period: ['.start', '"2026-01-31"'],
  Quantity: ['.value', '1.0'], Annotation: ['.text', '"text"'], Attachment: ['.title', '"text"'], ContactPoint: ['.value', '"+1 555 0100"'], Address: ['.text', '"text"'], Range: ['.low.value', '1.0'], Money: ['.value', '1.0'],
};
/** Types whose required children stand in the snapshot themselves. */
const NESTED = new Set(['BackboneElement', 'Element']);

/** @param elements the snapshot's */
export function requiredValues(elements: readonly Element[], firstCode: FirstCode): RequiredValue[] {
  const [root] = elements;
  if (root === undefined) return [];
  const childrenOf = (id: string) => elements.filter((element) => element.id.startsWith(`${id}.`) && !element.id.slice(id.length + 1).includes('.'));
  const isSet = (element: Element) => Object.keys(element).some((key) => /^(fixed|pattern)[A-Z]/.test(key));

  const valuesBelow = (id: string, path: string): RequiredValue[] =>
    childrenOf(id).flatMap((element): RequiredValue[] => {
      const step = element.id.slice(id.length + 1);
      const [name = '', slice] = step.split(':');
      if ((element.min ?? 0) === 0 || element.max === '0' || isSet(element)) return [];
      // A required slice stands for the element itself.
      if (slice === undefined && childrenOf(id).some((other) => other.id.startsWith(`${element.id}:`) && (other.min ?? 0) > 0)) return [];
      const type = element.type?.[0]?.code ?? '';
      const base = name.endsWith('[x]') ? `${name.slice(0, -3)}${type.charAt(0).toUpperCase()}${type.slice(1)}` : slice === undefined ? name : `${name}[${slice}]`;
      const at = path === '' ? base : `${path}.${base}`;
      const nested = valuesBelow(element.id, at);
      if (NESTED.has(type) || nested.length > 0) return nested;
      const coded = element.binding?.valueSet === undefined ? undefined : firstCode(element.binding.valueSet);
      if (coded !== undefined && type === 'code') return [{ path: at, value: `#${coded.code}` }];
      if (coded !== undefined && (type === 'CodeableConcept' || type === 'Coding')) return [{ path: at, value: `${coded.system}#${coded.code}` }];
      const row = VALUES[type];
      // Children that a slice fixes are set by SUSHI; of other types the validator says what is missing.
      return row === undefined ? [] : [{ path: `${at}${row[0]}`, value: row[1] }];
    });
  return valuesBelow(root.id, '');
}
