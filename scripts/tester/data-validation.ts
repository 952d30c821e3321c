/** Resources seen and a validator of the caller's in, its findings out: asked once in a run, for all tests that want them. */
import type { Finding } from '../core/finding';
import type { FhirVersionRecord } from '../core/fhir-version';
import type { Resource } from '../core/fhir';
import { everyResource } from './knowledge';
import { ofVersion } from './stated-version';

/** What a validator found, each finding with `location.resource`; or why there is none on this machine. */
export type DataValidation = { readonly findings: readonly Finding[]; readonly unavailable?: undefined } | { readonly unavailable: string };

/**
 * Validates resources of a server against its FHIR version and the profiles that they claim. References out of the set are no errors.
 * The tester has no validator of its own: its caller brings one.
 */
export type ValidateData = (resources: readonly Resource[], base: string, version: FhirVersionRecord) => Promise<DataValidation>;

/** Validates everything known at the time of the first call that is of the server's version; every later call gets the same. */
export function validateOnce(validate: ValidateData, seen: Parameters<typeof everyResource>[0], base: string, version: FhirVersionRecord): () => Promise<DataValidation> {
  let pending: Promise<DataValidation> | undefined;
  return () => {
    if (pending !== undefined) return pending;
    const resources = ofVersion(everyResource(seen), version);
    pending = resources.length === 0 ? Promise.resolve({ findings: [] }) : validate(resources, base, version);
    return pending;
  };
}
