/** Resources of one FHIR version in, the same in another out, with every loss as a finding. */
import type { ModelVersion } from '../core/element-model';
import type { Finding } from '../core/finding';
import { isBundle, type BundleEntry, type Resource } from '../core/fhir';
import { KnownError } from '../core/known-error';
import { remark } from './context';
import { convertResource } from './convert-resource';
import { fromBallot } from './from-ballot';

/** The ways there are; a way over another version is two steps of these. */
const STEPS: readonly (readonly [ModelVersion, ModelVersion])[] = [['0.5', '4.0'], ['4.3', '4.0'], ['4.0', '4.3'], ['4.0', '5.0'], ['5.0', '4.0']];

/** Versions that can be converted from, and to. */
export const CONVERT_FROM = ['0.5', '4.0', '4.3', '5.0'] as const;
export const CONVERT_TO = ['4.0', '5.0'] as const;
export type ConvertTo = (typeof CONVERT_TO)[number];

export interface Converted {
  /** Referenced resources that were made stand before the resource that refers to them. */
  readonly resources: readonly Resource[];
  readonly findings: readonly Finding[];
}

/**
 * Converts resources; Bundles keep their entries' places.
 * @throws KnownError `no-conversion` where there is no way between the versions
 */
export function convert(resources: readonly Resource[], from: ModelVersion, to: ModelVersion): Converted {
  const findings: Finding[] = [];
  const converted = wayBetween(from, to).reduce<readonly Resource[]>((current, [a, b]) => current.flatMap((resource) => step(resource, a, b, findings)), resources);
  return { resources: converted, findings };
}

function wayBetween(from: ModelVersion, to: ModelVersion): (readonly [ModelVersion, ModelVersion])[] {
  if (from === to) return [];
  const direct = STEPS.find(([a, b]) => a === from && b === to);
  if (direct !== undefined) return [direct];
  const first = STEPS.find(([a, b]) => a === from && b === '4.0');
  const second = STEPS.find(([a, b]) => a === '4.0' && b === to);
  if (first !== undefined && second !== undefined) return [first, second];
  throw new KnownError('no-conversion', `There is no way from FHIR ${from} to ${to}.`, `From: ${CONVERT_FROM.join(', ')}; to: ${CONVERT_TO.join(', ')}.`);
}

function step(resource: Resource, from: ModelVersion, to: ModelVersion, findings: Finding[]): Resource[] {
  const context = { from, to, findings };
  // For the types in the tables R4B differs from R4 in the targets of three references only.
  if (from === '4.3' || to === '4.3') return [resource];
  if (from !== '0.5') return [convertResource(resource, context)];
  if (isBundle(resource)) return [{ ...resource, entry: (resource.entry ?? []).flatMap((entry) => entriesOf(entry, context)) }];
  if (resource.resourceType === 'ImagingStudy') return fromBallot(resource, context);
  remark({ ...context, resource }, 'not-converted', '', `Of the ballot only ImagingStudy is converted; this ${resource.resourceType} stays as it is.`);
  return [resource];
}

function entriesOf(entry: BundleEntry, context: { from: ModelVersion; to: ModelVersion; findings: Finding[] }): BundleEntry[] {
  if (entry.resource === undefined) return [entry];
  const made = step(entry.resource, context.from, context.to, context.findings);
  const base = /^(https?:\/\/.*)\/ImagingStudy\/[^/]+$/.exec(entry.fullUrl ?? '')?.[1];
  return made.map((resource) => (resource.resourceType === entry.resource?.resourceType ? { ...entry, resource } : { ...(base === undefined ? {} : { fullUrl: `${base}/${resource.resourceType}/${resource.id}` }), resource }));
}
