/** The studies of a FHIR server in, for a sample of them what the archives behind their endpoints hold out. */
import type { Exchange } from '../../../core/result';
import { localReference, type Resource } from '../../../core/fhir';
import { isDicomUid } from '../../../core/dicom-uid';
import { textOf } from '../../../dicom/dicomweb-json';
import { endpointOf, seriesOf, studyEndpoints, type PlacedEndpoint, type StudyEndpoints, type StudySeries } from '../../../dicom/endpoints';
import { localKey, parseReference } from '../../../search/reference-target';
import type { TestContext } from '../../context';
import { readJournal, RUN_TAG_SYSTEM } from '../../write/journal';
import { searchPath, type DicomwebContext } from '../context';
import { readStudy, type ArchiveStudy } from '../harvest';
import { dataSetsOf } from '../read-answer';
import { reachableBase, type CrossCheck } from './access';
import { sampleOf } from './sample';

/** What an archive says of a study. */
export interface ArchiveAnswer {
  readonly base: string;
  readonly endpoint: PlacedEndpoint;
  /** The answer to the search by Study Instance UID. */
  readonly search: Exchange;
  /** Why the search tells nothing. */
  readonly problem?: string;
  /** Undefined where the archive does not have the study. */
  readonly study?: ArchiveStudy;
}

export interface GatheredStudy {
  /** `ImagingStudy/id`. */
  readonly reference: string;
  readonly resource: Resource;
  readonly uid: string;
  readonly endpoints: StudyEndpoints;
  /** By base URL. */
  readonly archives: ReadonlyMap<string, ArchiveAnswer>;
  readonly series: readonly GatheredSeries[];
}

export interface GatheredSeries {
  readonly element: StudySeries;
  readonly uid: string;
  /** By WADO-RS; undefined for a series without such an endpoint. */
  readonly archive?: ArchiveAnswer;
  /** Base of WADO-URI. */
  readonly uriBase?: string;
}

/** Asked once in a run: three searches for each study and archive. */
export function gatherStudies(context: TestContext, check: CrossCheck): Promise<GatheredStudy[]> {
  check.studies ??= gather(context, check);
  return check.studies;
}

async function gather({ known, writing }: TestContext, check: CrossCheck): Promise<GatheredStudy[]> {
  const isOurs = loadedByUs(writing);
  const resolve = (reference: string) => known.index.get(localKey(parseReference(reference), known.index.base) ?? '');
  const candidates = known.index.all('ImagingStudy').flatMap((resource) => {
    const endpoints = studyEndpoints(resource, resolve, check.now);
    const reference = localReference(resource);
    const served = [endpoints.study, ...endpoints.series.map(({ effective }) => effective)].map((list) => endpointOf(list, 'dicom-wado-rs')).find((endpoint) => endpoint !== undefined);
    if (reference === undefined || served === undefined || endpoints.studyUid === undefined || !isDicomUid(endpoints.studyUid) || isOurs(resource, reference)) return [];
    return [{ resource, reference, uid: endpoints.studyUid, endpoints, base: reachableBase(served, check.bases) }];
  });
  const gathered: GatheredStudy[] = [];
  for (const candidate of sampleOf(candidates, check.sample, ({ base }) => base)) gathered.push(await gatherOne(candidate, check));
  return gathered;
}

/** Studies that this program has loaded are in no archive: their endpoints are made up. */
function loadedByUs(writing: TestContext['writing']): (resource: Resource, reference: string) => boolean {
  const journalled = new Set(writing === undefined ? [] : readJournal(writing.journal.path).remaining);
  return ({ meta }, reference) => journalled.has(reference) || meta?.tag?.some(({ system }) => system === RUN_TAG_SYSTEM) === true;
}

async function gatherOne({ resource, reference, uid, endpoints }: Pick<GatheredStudy, 'resource' | 'reference' | 'uid' | 'endpoints'>, check: CrossCheck): Promise<GatheredStudy> {
  const archives = new Map<string, ArchiveAnswer>();
  const ask = async (endpoint: PlacedEndpoint): Promise<ArchiveAnswer> => {
    const base = reachableBase(endpoint, check.bases);
    const found = archives.get(base) ?? (isHttpUrl(base) ? undefined : notAnAddress(base, endpoint)) ?? (await askArchive(check.archive(base, 'cross-check'), base, endpoint, uid));
    archives.set(base, found);
    return found;
  };
  const ofStudy = endpointOf(endpoints.study, 'dicom-wado-rs');
  if (ofStudy !== undefined) await ask(ofStudy);
  const series: GatheredSeries[] = [];
  for (const { index, uid: seriesUid, effective } of endpoints.series) {
    const element = seriesOf(resource)[index];
    if (element === undefined) continue;
    const retrieve = endpointOf(effective, 'dicom-wado-rs');
    const uri = endpointOf(effective, 'dicom-wado-uri');
    series.push({ element, uid: seriesUid, ...(retrieve === undefined ? {} : { archive: await ask(retrieve) }), ...(uri === undefined || !isHttpUrl(reachableBase(uri, check.bases)) ? {} : { uriBase: reachableBase(uri, check.bases) }) });
  }
  return { reference, resource, uid, endpoints, archives, series };
}

/** True for an address that can be asked at all. */
export function isHttpUrl(base: string): boolean {
  return /^https?:\/\/[^/]/i.test(base) && URL.canParse(base);
}

function notAnAddress(base: string, endpoint: PlacedEndpoint): ArchiveAnswer {
  const problem = `"${base}" is no address of http or https`;
  return { base, endpoint, problem, search: { request: { method: 'GET', url: base, headers: {} }, error: problem, durationMs: 0 } };
}

async function askArchive(context: DicomwebContext, base: string, endpoint: PlacedEndpoint, uid: string): Promise<ArchiveAnswer> {
  const search = await context.get(searchPath('studies', { StudyInstanceUID: uid }));
  const { dataSets, problem } = dataSetsOf(search);
  if (problem !== undefined) return { base, endpoint, search, problem };
  const dataSet = dataSets.find((one) => textOf(one, 'StudyInstanceUID') === uid);
  return dataSet === undefined ? { base, endpoint, search } : { base, endpoint, search, study: await readStudy(context, uid, dataSet, search) };
}
