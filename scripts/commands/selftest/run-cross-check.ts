/** A planted difference between FHIR and archive in, the cross-check's run against an embedded pair that has it out; no socket is involved. */
import { FHIR_VERSIONS } from '../../core/fhir-version';
import type { Resource } from '../../core/fhir';
import type { Run } from '../../core/result';
import { NO_ZONE } from '../../dicom/date-time';
import { demoDataSets, demoFiles } from '../../dicom/dicomweb-demo';
import { endpointResource } from '../../dicom/endpoint-resource';
import { mapStudy } from '../../dicom/mapping';
import { fromDicomJson } from '../../dicom/read-json';
import { addDataSet, emptyStudySet } from '../../dicom/study-model';
import { loadSearchDefinitions } from '../../search/definitions';
import { createArchive } from '../../server/dicomweb/archive';
import { CROSS_CHECK_ROWS } from '../../server/dicomweb/cross-check-rows';
import { createDicomwebServer } from '../../server/dicomweb/server';
import { createFhirServer } from '../../server/server';
import { runTests } from '../../tester/run-tests';
import type { TestOptions } from '../../tester/options';
import { PACS_ORIGIN, transportTo } from './run-dicomweb';

const FHIR_ORIGIN = 'http://embedded.invalid';
const BEGIN = Date.UTC(2026, 5, 1);

/** The demo studies as FHIR resources whose endpoints are the archive at `base`. */
export function demoResources(base: string, uriBase: string): Resource[] {
  const set = emptyStudySet();
  for (const dataSet of demoDataSets()) addDataSet(set, fromDicomJson(dataSet), 'demo');
  const endpoints = [endpointResource(base), endpointResource(`dicom-wado-uri=${uriBase}`)];
  const mapped = [...set.studies.values()].map((study) => mapStudy(study, set, { zone: NO_ZONE, endpoints, counts: 'present', forR5: false, accessionSystem: 'https://archive.example/accession' }));
  const all = mapped.flatMap(({ related, study }) => [...related, study]);
  return [...new Map(all.map((resource) => [`${resource.resourceType}/${resource.id}`, resource])).values()];
}

/** Compares a fresh FHIR server with a fresh archive, one of them with the row's change; without a row they agree. */
export async function runCrossCheckPlanted(id: string | undefined, options: Partial<TestOptions> = {}): Promise<Run> {
  const row = CROSS_CHECK_ROWS.find((one) => one.id === id);
  const resources = demoResources(`${PACS_ORIGIN}/dicom-web`, `${PACS_ORIGIN}/wado`).map((resource) => row?.data?.(resource) ?? resource);
  let now = BEGIN;
  let ids = 0;
  const fhir = createFhirServer({ version: FHIR_VERSIONS.R4, definitions: loadSearchDefinitions(FHIR_VERSIONS.R4), resources, clock: () => new Date((now += 1000)), newId: () => `new-${(ids += 1)}`, basePath: '/fhir' });
  fhir.rebase(FHIR_ORIGIN);
  const pacs = createDicomwebServer({ archive: createArchive(demoFiles()), ...(row?.override === undefined ? {} : { overrides: [row.override] }) });
  pacs.rebase(PACS_ORIGIN);
  const [toFhir, toPacs] = [transportTo(fhir, FHIR_ORIGIN), transportTo(pacs, PACS_ORIGIN)];
  return runTests({
    url: `${FHIR_ORIGIN}/fhir`,
    transport: (request, limits) => (request.url.startsWith(PACS_ORIGIN) ? toPacs(request, limits) : toFhir(request, limits)),
    concurrency: 1,
    runId: 'cross-check',
    wait: () => Promise.resolve(),
    only: ['dicomweb.*'],
    crossCheck: {},
    ...options,
  });
}
