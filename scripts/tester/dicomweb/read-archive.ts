/** A DICOMweb server and a query in, the data sets of all matching instances out, series by series, without pixels. */
import { textOf, type DicomJson } from '../../dicom/dicomweb-json';
import { answerInWords } from '../answer';
import { KnownError } from '../../core/known-error';
import type { FhirClient } from '../http/client';
import { DICOM_JSON, pathOf, searchPath } from './context';
import { dataSetsOf } from './read-answer';

export interface ArchiveProblem {
  /** Address of what could not be read. */
  readonly origin: string;
  readonly message: string;
}

/** Studies asked for at a time. */
const PAGE = 100;

/**
 * Gives each data set as soon as it is there, the answers of the searches first: what they state of a study (its counts, its
 * availability) is not in the instances. Of an archive of any size only one series is in memory.
 * @returns what could not be read; the rest goes on
 * @throws KnownError `no-search` where the studies themselves cannot be searched
 */
export async function readArchive(client: FhirClient, query: Readonly<Record<string, string>>, limit: number, take: (dataSet: DicomJson, origin: string) => void): Promise<ArchiveProblem[]> {
  const problems: ArchiveProblem[] = [];
  const get = async (url: string) => {
    const exchange = await client.send({ method: 'GET', url, headers: { Accept: DICOM_JSON } }, 'generate');
    return { origin: `${client.base}/${url}`, exchange, ...dataSetsOf(exchange) };
  };
  const read = new Set<string>();
  for (let offset = 0; read.size < limit; offset += PAGE) {
    const page = await get(searchPath('studies', { ...query, limit: Math.min(PAGE, limit - read.size), ...(offset === 0 ? {} : { offset }) }));
    if (page.problem !== undefined) {
      if (offset === 0) throw new KnownError('no-search', `The studies of ${client.base} cannot be searched: ${page.exchange.response === undefined ? answerInWords(page.exchange) : page.problem}.`, 'Give the base URL of the RESTful service, below which /studies is.');
      problems.push({ origin: page.origin, message: `Not read: ${page.problem}.` });
      break;
    }
    const fresh = page.dataSets.filter((one) => !read.has(textOf(one, 'StudyInstanceUID') ?? ''));
    for (const study of fresh) {
      const uid = textOf(study, 'StudyInstanceUID');
      if (uid === undefined || read.has(uid)) continue;
      read.add(uid);
      take(study, page.origin);
      problems.push(...(await readStudy(uid, get, take)));
    }
    // A server that passes over offset would bring the same for ever.
    if (fresh.length === 0 || page.dataSets.length < PAGE) break;
  }
  return problems;
}

async function readStudy(uid: string, get: (url: string) => Promise<{ origin: string; problem?: string; dataSets: readonly DicomJson[] }>, take: (dataSet: DicomJson, origin: string) => void): Promise<ArchiveProblem[]> {
  const series = await get(`${pathOf(uid)}/series`);
  if (series.problem !== undefined) return [{ origin: series.origin, message: `Not read: ${series.problem}.` }];
  const problems: ArchiveProblem[] = [];
  for (const one of series.dataSets) {
    const seriesUid = textOf(one, 'SeriesInstanceUID');
    if (seriesUid === undefined) continue;
    // Below a study a result need not repeat the study's UID.
    take(textOf(one, 'StudyInstanceUID') === undefined ? { ...one, '0020000D': { vr: 'UI', Value: [uid] } } : one, series.origin);
    const metadata = await get(`${pathOf(uid, seriesUid)}/metadata`);
    if (metadata.problem !== undefined) problems.push({ origin: metadata.origin, message: `Not read: ${metadata.problem}.` });
    metadata.dataSets.forEach((dataSet) => take(dataSet, metadata.origin));
  }
  return problems;
}
