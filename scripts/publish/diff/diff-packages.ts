/** Two packages in, every change between them with whom it breaks out: a pure function. */
import { localReference, type Resource } from '../../core/fhir';
import type { PackageContent } from '../../packages/read-package';
import { compareCapabilityStatements } from './capability-statement';
import { partiesBroken, type Aspect, type Change, type Difference, type Party } from './change';
import { canonicalText, compareMembers, compareOther } from './compare-values';
import type { Codes } from './element';
import { compareOperations, compareSearchParameters } from './interfaces';
import { compareStructureDefinitions } from './structure-definition';
import { compareCodeSystems, compareValueSets } from './terminology';
import { codeLookup } from './value-set-codes';

export interface PackageDiff {
  readonly from: string;
  readonly to: string;
  /** By artifact; those of one artifact in the order of its elements. */
  readonly changes: readonly Change[];
}

interface ArtifactRow {
  /** As what its coming and going counts. */
  readonly whole: Aspect;
  compare(before: Resource, after: Resource, codes: Codes): Difference[];
}

const COMPARED: Readonly<Record<string, ArtifactRow>> = {
  StructureDefinition: { whole: 'profile', compare: compareStructureDefinitions },
  ValueSet: { whole: 'terminology', compare: compareValueSets },
  CodeSystem: { whole: 'terminology', compare: compareCodeSystems },
  SearchParameter: { whole: 'interface', compare: compareSearchParameters },
  OperationDefinition: { whole: 'interface', compare: compareOperations },
  CapabilityStatement: { whole: 'interface', compare: compareCapabilityStatements },
};

/** Of any other artifact is only said that it is not the same; these elements say when and by whom it was written, not what it means. */
const NOT_CONTENT = new Set(['meta', 'text', 'version', 'date', 'publisher', 'contact', 'implicitRules', 'language', 'copyright', 'description', 'title', 'jurisdiction', 'experimental']);

/** @returns what `to` has otherwise than `from`; nothing for equal packages, and for (to, from) the mirror image */
export function diffPackages(from: Pick<PackageContent, 'label' | 'manifest' | 'definitions' | 'examples'>, to: typeof from): PackageDiff {
  const codes = { before: codeLookup(from.definitions), after: codeLookup(to.definitions) };
  const [old, now] = [byIdentity(from.definitions), byIdentity(to.definitions)];
  const changes = [
    ...inArtifact('package', compareManifests(from.manifest, to.manifest)),
    ...identities(old, now).flatMap((identity) => {
      const [before, after] = [old.get(identity), now.get(identity)];
      const one = before ?? after;
      return one === undefined ? [] : inArtifact(localReference(one) ?? identity, compareArtifacts(before, after, codes));
    }),
    ...compareMembers('example', undefined, references(from.examples), references(to.examples), ['removed', 'added']).flatMap((difference) => inArtifact('examples', [difference])),
  ];
  return { from: from.label, to: to.label, changes };
}

/** Who has something to fear. */
export function brokenParties({ changes }: Pick<PackageDiff, 'changes'>): Party[] {
  return [...new Set(changes.flatMap(({ breaks }) => breaks))].sort();
}

function compareArtifacts(before: Resource | undefined, after: Resource | undefined, codes: Codes): Difference[] {
  const type = (before ?? after)?.resourceType ?? '';
  const row = COMPARED[type];
  if (before === undefined || after === undefined) return [{ kind: before === undefined ? 'added' : 'removed', aspect: row?.whole ?? 'artifact' }];
  const status = compareOther('status', 'status', String(before['status']), String(after['status']));
  if (row !== undefined) return [...status, ...row.compare(before, after, codes)];
  const same = type === 'ImplementationGuide' || contentOf(before) === contentOf(after);
  return same ? status : [...status, { kind: 'changed', aspect: 'content' }];
}

function contentOf(resource: Resource): string | undefined {
  return canonicalText(Object.fromEntries(Object.entries(resource).filter(([element]) => !NOT_CONTENT.has(element))));
}

function compareManifests(before: PackageContent['manifest'], after: PackageContent['manifest']): Difference[] {
  const versions = (manifest: PackageContent['manifest']) => (Array.isArray(manifest['fhirVersions']) ? (manifest['fhirVersions'] as string[]).join(', ') : undefined);
  const [old, now] = [before.dependencies ?? {}, after.dependencies ?? {}];
  return [
    ...compareOther('fhirVersion', 'fhirVersions', versions(before), versions(after)),
    ...[...new Set([...Object.keys(old), ...Object.keys(now)])].sort().flatMap((name): Difference[] => {
      if (old[name] === undefined) return [{ kind: 'added', aspect: 'dependency', at: name, after: now[name] ?? '' }];
      if (now[name] === undefined) return [{ kind: 'removed', aspect: 'dependency', at: name, before: old[name] }];
      return compareOther('dependency', name, old[name], now[name]);
    }),
  ];
}

function inArtifact(artifact: string, differences: readonly Difference[]): Change[] {
  return differences.map((difference) => ({ artifact, ...difference, breaks: partiesBroken(difference) }));
}

/** A canonical URL is what an artifact is known by; the id is only where it lies. */
function byIdentity(resources: readonly Resource[]): Map<string, Resource> {
  return new Map(resources.map((resource) => [`${resource.resourceType} ${typeof resource['url'] === 'string' ? resource['url'] : (resource.id ?? '')}`, resource]));
}

function identities(old: ReadonlyMap<string, Resource>, now: ReadonlyMap<string, Resource>): string[] {
  return [...new Set([...old.keys(), ...now.keys()])].sort();
}

function references(resources: readonly Resource[]): string[] {
  return resources.map((resource) => localReference(resource) ?? resource.resourceType);
}
