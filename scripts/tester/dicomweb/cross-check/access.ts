/** What the caller says of DICOMweb in, how the cross-check reaches the archives of a server's studies out. */
import type { Resource } from '../../../core/fhir';
import { localReference } from '../../../core/fhir';
import type { PlacedEndpoint } from '../../../dicom/endpoints';
import type { FhirClient } from '../../http/client';
import { openDicomwebContext, type DicomwebContext, type DicomwebTarget } from '../context';
import type { GatheredStudy } from './gather';

/** What a caller may say. */
export interface CrossCheckOptions {
  /** Studies that are looked at. */
  readonly sample?: number;
  /**
   * Base URLs to use instead of the addresses in the data, by the endpoint's id, reference, name or address, or by the host in its
   * address: archives are often known by other names within a hospital than outside.
   */
  readonly bases?: Readonly<Record<string, string>>;
}

export const CROSS_CHECK_SAMPLE = 5;

export interface CrossCheck {
  readonly sample: number;
  readonly bases: Readonly<Record<string, string>>;
  /** For the period of endpoints. */
  readonly now: Date;
  /** A context of a test for the archive with this base; answers are shared between tests. */
  archive(base: string, scope: string): DicomwebContext;
  /** Gathered once, by whichever test asks first. */
  studies?: Promise<GatheredStudy[]>;
}

export interface CrossCheckInput extends CrossCheckOptions {
  readonly runId: string;
  readonly now: Date;
  /** Clients of one base each; the credentials of the FHIR server go to its own host only. */
  readonly clientFor: (base: string) => FhirClient;
}

export function openCrossCheck({ sample = CROSS_CHECK_SAMPLE, bases = {}, now, runId, clientFor }: CrossCheckInput): CrossCheck {
  const targets = new Map<string, DicomwebTarget>();
  return {
    sample,
    bases,
    now,
    archive(base, scope) {
      const target = targets.get(base) ?? { client: clientFor(base), studies: [], sample, runId, memory: new Map() };
      targets.set(base, target);
      return openDicomwebContext(target, scope);
    },
  };
}

/** The base URL by which an endpoint is reached: its address, or what the caller puts in its place. */
export function reachableBase({ endpoint, address = '', reference }: Pick<PlacedEndpoint, 'endpoint' | 'address' | 'reference'>, bases: Readonly<Record<string, string>>): string {
  const names = [reference, ...namesOf(endpoint), address, address.replace(/\/+$/, '')];
  const named = names.map((name) => (Object.hasOwn(bases, name) ? bases[name] : undefined)).find((base) => base !== undefined);
  if (named !== undefined) return named.replace(/\/+$/, '');
  if (!URL.canParse(address)) return address;
  const { host, hostname, pathname, search } = new URL(address);
  const moved = [host, hostname].map((name) => (Object.hasOwn(bases, name) ? bases[name] : undefined)).find((base) => base !== undefined);
  return moved === undefined ? address.replace(/\/+$/, '') : `${moved.replace(/\/+$/, '')}${pathname.replace(/\/+$/, '')}${search}`;
}

function namesOf(endpoint: Resource | undefined): string[] {
  return [endpoint?.id, endpoint === undefined ? undefined : localReference(endpoint), endpoint?.['name']].filter((name): name is string => typeof name === 'string');
}
