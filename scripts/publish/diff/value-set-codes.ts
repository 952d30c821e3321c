/** The terminology of a package in, what each value set holds as a set of texts out. */
import type { Resource } from '../../core/fhir';

interface Concept {
  readonly code?: string;
  readonly concept?: readonly Concept[];
}

interface Clause {
  readonly system?: string;
  readonly version?: string;
  readonly concept?: readonly Concept[];
  readonly filter?: readonly { readonly property: string; readonly op: string; readonly value: string }[];
  readonly valueSet?: readonly string[];
}

interface Contained extends Concept {
  readonly system?: string;
  readonly abstract?: boolean;
  readonly contains?: readonly Contained[];
}

export interface ValueSetCodes {
  /** `system|code`; for what cannot be listed: `system|*`, a filter, the URL of another value set. */
  readonly included: ReadonlySet<string>;
  readonly excluded: ReadonlySet<string>;
  /** Whether `included` is the whole truth: codes only, nothing excluded. */
  readonly enumerated: boolean;
}

/** The codes of a value set by its canonical URL; undefined where the package does not hold it. */
export type CodeLookup = (url: string) => ValueSetCodes | undefined;

/** @param definitions all resources of a package */
export function codeLookup(definitions: readonly Resource[]): CodeLookup {
  const byUrl = new Map(definitions.map((resource) => [String(resource['url']), resource]));
  const known = new Map<string, ValueSetCodes | undefined>();
  const lookup: CodeLookup = (canonical) => {
    const [url = canonical] = canonical.split('|');
    if (!known.has(url)) {
      known.set(url, undefined); // value sets that include each other in a ring end here
      const resource = byUrl.get(url);
      if (resource?.resourceType === 'ValueSet') known.set(url, codesOf(resource, lookup, byUrl));
    }
    return known.get(url);
  };
  return lookup;
}

function codesOf(valueSet: Resource, lookup: CodeLookup, byUrl: ReadonlyMap<string, Resource>): ValueSetCodes {
  const { compose, expansion } = valueSet as { compose?: { include?: Clause[]; exclude?: Clause[] }; expansion?: { contains?: Contained[] } };
  const included = new Set((compose?.include ?? []).flatMap((clause) => atoms(clause, lookup, byUrl)));
  const excluded = new Set((compose?.exclude ?? []).flatMap((clause) => atoms(clause, lookup, byUrl)));
  if (compose === undefined) flattened(expansion?.contains ?? []).forEach((code) => included.add(code));
  // What is listed one by one on both sides is simply not there.
  for (const code of [...excluded]) if (isCode(code) && included.delete(code)) excluded.delete(code);
  return { included, excluded, enumerated: excluded.size === 0 && [...included].every(isCode) };
}

function isCode(atom: string): boolean {
  return atom.includes('|') && !atom.includes('|*') && !atom.startsWith('value set ');
}

function atoms({ system = '', concept, filter, valueSet }: Clause, lookup: CodeLookup, byUrl: ReadonlyMap<string, Resource>): string[] {
  const others = (valueSet ?? []).map((url) => ({ url, codes: lookup(url) }));
  if (system === '') {
    // Several value sets in one clause are an intersection (https://hl7.org/fhir/R4/valueset.html#compositions): kept as named.
    const [only] = others;
    if (others.length === 1 && only?.codes?.enumerated === true) return [...only.codes.included];
    return [`value set ${others.map(({ url }) => url).join(' and ')}`];
  }
  const within = others.length === 0 ? '' : ` in value set ${others.map(({ url }) => url).join(' and ')}`;
  if (concept !== undefined) return concept.map(({ code }) => `${system}|${code}${within}`);
  if (filter !== undefined && filter.length > 0) return [`${system}|* where ${filter.map(({ property, op, value }) => `${property} ${op} ${value}`).join(' and ')}${within}`];
  const codeSystem = byUrl.get(system);
  const whole = codeSystem?.['content'] === 'complete' && within === '';
  return whole ? conceptCodes(codeSystem).map((code) => `${system}|${code}`) : [`${system}|*${within}`];
}

function flattened(contains: readonly Contained[]): string[] {
  return contains.flatMap((row) => [...(row.code === undefined || row.abstract === true ? [] : [`${row.system ?? ''}|${row.code}`]), ...flattened(row.contains ?? [])]);
}

/** All codes of a CodeSystem, children after their parents. */
export function conceptCodes(codeSystem: Resource): string[] {
  const below = (concepts: readonly Concept[]): string[] => concepts.flatMap(({ code, concept = [] }) => [...(code === undefined ? [] : [code]), ...below(concept)]);
  return below((codeSystem['concept'] ?? []) as Concept[]);
}
