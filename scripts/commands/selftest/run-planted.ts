/** A planted fault or legal variant in, the tester's whole run against a server that has it out; no socket is involved. */
import { join } from 'node:path';
import type { FhirVersionRecord } from '../../core/fhir-version';
import type { Resource } from '../../core/fhir';
import type { Run } from '../../core/result';
import { itemsOf } from '../../search/json';
import type { SearchDefinitions } from '../../search/types';
import { plantedBehaviour, type PlantedRow } from '../../server/planted';
import type { ServerRequest, ServerResponse } from '../../server/request';
import { createFhirServer } from '../../server/server';
import type { Transport } from '../../tester/http/transport';
import { runTests } from '../../tester/run-tests';
import type { SharedWork } from '../../tester/shared-work';
import type { Combination } from './combine-variants';
import { runCrossCheckPlanted } from './run-cross-check';
import { runDicomwebPlanted } from './run-dicomweb';

/** A host name that no resolver knows (RFC 6761): a request that slipped past the transport would fail. */
const ORIGIN = 'http://embedded.invalid';
/** The embedded server's first instant, and milliseconds between two looks at its clock: runs repeat exactly. */
const BEGIN = Date.UTC(2026, 0, 1);
const TICK = 1000;

/** Tokens of a guarded server, and what the tester has of them. */
const GUARD = {
  rules: { tokens: ['all-rights'], patientTokens: { 'one-patient': 'Patient/alex-amari' } },
  given: { headers: { Authorization: 'Bearer all-rights' }, patientAccess: { token: 'one-patient', patient: 'alex-amari' } },
} as const;

/** What is chosen by chance follows from a run's name, and goes into what it writes: with one name for all, runs differ in nothing but what the servers do. */
const RUN_ID = 'selftest';
/** Runs so far: names the folders of their journals. */
let runs = 0;

export interface PlantedInput {
  /** What the server holds. */
  readonly resources: readonly Resource[];
  /** What the tester loads with `write`, under ids of its own: R4, whatever the server's version. */
  readonly fixtures: readonly Resource[];
  /** Folder for journals: the run writes. Without it the run is read-only. */
  readonly journalDir?: string;
  /** The server's version; the resources are of it. */
  readonly version: FhirVersionRecord;
  readonly definitions: SearchDefinitions;
  /** Ids of the tests to run; without it all. */
  readonly only?: readonly string[];
  /** What the runs of this process have in common. */
  readonly shared?: SharedWork;
  readonly signal?: AbortSignal;
}

/** Tests a fresh server with the row's behaviour, or that of a fault or a variant together with others; without a row, the reference server. */
export async function runPlanted(row: PlantedRow | Combination | undefined, input: PlantedInput): Promise<Run> {
  const { signal } = input;
  if (row?.service === 'cross-check') return runCrossCheckPlanted(row.id, signal === undefined ? {} : { signal });
  if (row?.service === 'dicomweb') return runDicomwebPlanted(row.id, signal);
  return runAgainst(plantedServer(row, input), row?.guarded === true, input);
}

/** A fresh FHIR server with the row's behaviour and a past, as a function. */
export function plantedServer(row: PlantedRow | Combination | undefined, { resources, version, definitions }: PlantedInput): Answering {
  let now = BEGIN;
  let ids = 0;
  const past = pastOf(resources);
  const server = createFhirServer({
    version,
    definitions,
    resources: past.before,
    clock: () => new Date((now += TICK)),
    newId: () => `new-${(ids += 1)}`,
    basePath: '/fhir',
    ...(row?.guarded === true ? { access: GUARD.rules } : {}),
    behaviour: plantedBehaviour(row?.kind === 'fault' ? [row.id] : [], variantsOf(row)),
  });
  server.rebase(ORIGIN);
  for (const { method, url, resource } of past.changes) {
    const headers = { 'content-type': 'application/fhir+json', ...lowerCased(row?.guarded === true ? GUARD.given.headers : {}) };
    const { headers: answered } = server.handle({ method, url: `/fhir/${url}`, headers, body: JSON.stringify(resource) });
    // What is made here is deleted again.
    const made = method === 'POST' ? /[^/]+\/[^/]+(?=\/_history\/|$)/.exec(answered['location'] ?? '')?.[0] : undefined;
    if (made !== undefined) server.handle({ method: 'DELETE', url: `/fhir/${made}`, headers });
  }
  return (request) => server.handle(request);
}

/** A server as a function. */
export type Answering = (request: ServerRequest) => ServerResponse;

/** The tester's run against a server of `plantedServer`. */
export function runAgainst(answer: Answering, guarded: boolean, { journalDir, fixtures, only, shared, signal }: Pick<PlantedInput, 'journalDir' | 'fixtures' | 'only' | 'shared' | 'signal'>): Promise<Run> {
  const transport: Transport = ({ method, url, headers, body }) => Promise.resolve(answer({ method, url: url.slice(ORIGIN.length), headers: lowerCased(headers), ...(body === undefined ? {} : { body }) }));
  return runTests({
    url: `${ORIGIN}/fhir`,
    transport,
    concurrency: 1,
    runId: RUN_ID,
    wait: () => Promise.resolve(),
    ...(guarded ? GUARD.given : {}),
    ...(journalDir === undefined ? {} : { write: true, fixtures, journalDir: join(journalDir, String((runs += 1))), mayStay: true }),
    ...(only === undefined ? {} : { only }),
    ...(shared === undefined ? {} : { shared }),
    ...(signal === undefined ? {} : { signal }),
  });
}

function variantsOf(row: PlantedRow | Combination | undefined): readonly string[] {
  if (row !== undefined && 'variants' in row) return row.variants;
  return row?.kind === 'variant' ? [row.id] : [];
}

interface Past {
  /** What the server began with. */
  readonly before: readonly Resource[];
  /** What was done to it since; afterwards it holds the resources. */
  readonly changes: readonly { method: 'POST' | 'PUT'; url: string; resource: Resource }[];
}

/** How many resources of a type have changed since they were loaded. */
const CHANGED = 2;

/**
 * A server that somebody uses has a past: some studies and patients were changed, one of each was deleted.
 * Without it a tester that only reads could not see faults in histories, deletions and the currency of searches.
 */
function pastOf(resources: readonly Resource[]): Past {
  const studies = resources.filter(({ resourceType }) => resourceType === 'ImagingStudy');
  // One of them is of the patient with the fewest studies: the fewer others lead to a patient, the more shows what a study was.
  const subjectOf = (study: Resource) => String((study['subject'] as { reference?: unknown } | undefined)?.reference);
  const studiesOf = new Map<string, number>();
  for (const study of studies) studiesOf.set(subjectOf(study), (studiesOf.get(subjectOf(study)) ?? 0) + 1);
  const alike = (study: Resource) => studiesOf.get(subjectOf(study)) ?? 0;
  const [rare] = studies.filter((study) => subjectOf(study).startsWith('Patient/')).sort((a, b) => alike(a) - alike(b));
  const changed = [...new Set([...(rare === undefined ? [] : [rare]), ...studies])].slice(0, CHANGED).concat(resources.filter(({ resourceType }) => resourceType === 'Patient').slice(0, CHANGED));
  // A study is corrected from series of all modalities to its own: whatever goes by its former content finds it by each of them.
  const found = studies.flatMap((study) => itemsOf(study['series']).flatMap((series) => (series as { modality?: unknown }).modality ?? []));
  const series = [...new Map(found.map((modality) => [JSON.stringify(modality), modality])).values()].map((modality, at) => ({ uid: `1.2.3.${at + 1}`, modality }));
  const earlier = (resource: Resource): Resource => {
    const { resourceType, id, status, subject } = resource as Resource & { status?: unknown; subject?: unknown };
    return { resourceType, ...(id === undefined ? {} : { id }), ...(status === undefined ? {} : { status }), ...(subject === undefined ? {} : { subject }), ...(resourceType === 'ImagingStudy' && series.length > 0 ? { series } : {}) };
  };
  const gone = changed.filter((_, position) => position % CHANGED === 0).map((resource) => ({ method: 'POST' as const, url: resource.resourceType, resource: { ...resource } }));
  return {
    before: resources.map((resource) => (changed.includes(resource) ? earlier(resource) : resource)),
    changes: [...gone, ...changed.map((resource) => ({ method: 'PUT' as const, url: `${resource.resourceType}/${String(resource.id)}`, resource }))],
  };
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
