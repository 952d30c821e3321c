/** The guide's generated examples in, a foreign server that holds them out, in its FHIR version. */
import { join } from 'node:path';
import { isBundle, type Bundle, type Resource } from '../../scripts/core/fhir';
import { packageRoot } from '../../scripts/core/package-root';
import { FHIR_VERSIONS, type FhirVersionName } from '../../scripts/core/fhir-version';
import { isError } from '../../scripts/core/finding';
import { generateExamples } from '../../scripts/generate/generate-examples';
import { inVersion } from '../../scripts/generate/in-version';
import { examplesOnlyIn } from '../../scripts/generate/only-in-version';

/** The good examples, referenced ones first. @throws Error when the scenarios have mistakes */
export function examples(fhir: Extract<FhirVersionName, 'R4' | 'R5'> = 'R4'): Resource[] {
  const drawn = generateExamples({ scenarioDir: join(packageRoot(), 'input', 'scenarios') });
  const { mimeVersion } = FHIR_VERSIONS[fhir];
  const { resources, findings } = fhir === 'R4' ? drawn : inVersion(drawn, mimeVersion, { onlyHere: examplesOnlyIn(mimeVersion) });
  const mistakes = findings.filter(isError);
  if (mistakes.length > 0) throw new Error(`The scenarios have ${mistakes.length} mistakes: ${mistakes[0]?.message}`);
  return resources.map(({ resource }) => resource);
}

/** Between two transactions, so that their resources differ in meta.lastUpdated to the second. */
const PAUSE_MS = 1_100;

/**
 * Puts the resources under their own ids, by two transactions some time apart: one alone would give all of them one instant of
 * last update, which no search could split.
 * @throws Error with what the server said
 */
export async function putAll(base: string, resources: readonly Resource[]): Promise<void> {
  // Referenced ones stand first, so the first part refers to nothing in the second.
  const studies = resources.flatMap(({ resourceType }, index) => (resourceType === 'ImagingStudy' ? [index] : []));
  const cut = studies[Math.floor(studies.length / 2)] ?? Math.floor(resources.length / 2);
  await transaction(base, resources.slice(0, cut));
  await new Promise((done) => setTimeout(done, PAUSE_MS));
  await transaction(base, resources.slice(cut));
}

/** Puts one resource and deletes it again: a server that somebody uses has a past. @throws Error with what the server said */
export async function putAndDelete(base: string, resource: Resource): Promise<void> {
  const url = `${base}/${resource.resourceType}/${resource.id}`;
  const headers = { 'Content-Type': 'application/fhir+json' };
  for (const request of [{ method: 'PUT', headers, body: JSON.stringify(resource) }, { method: 'DELETE' }]) {
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(30_000) });
    if (!response.ok) throw new Error(`${request.method} ${url} is answered by ${response.status}: ${(await response.text()).slice(0, 1000)}`);
  }
}

async function transaction(base: string, resources: readonly Resource[]): Promise<void> {
  const bundle: Bundle = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map((resource) => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } })),
  };
  const response = await fetch(base, {
    method: 'POST',
    headers: { 'Content-Type': 'application/fhir+json', Accept: 'application/fhir+json' },
    body: JSON.stringify(bundle),
    signal: AbortSignal.timeout(120_000),
  });
  const text = await response.text();
  const answer: unknown = response.ok ? JSON.parse(text) : undefined;
  const stored = isBundle(answer) ? (answer.entry ?? []).filter((entry) => /^20[01]/.test(entry.response?.status ?? '')).length : 0;
  if (stored !== resources.length) throw new Error(`${base} took ${stored} of ${resources.length} resources; it answered ${response.status}: ${text.slice(0, 1000)}`);
}
