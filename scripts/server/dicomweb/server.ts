/** An archive and planted behaviour in, a DICOMweb server out: QIDO-RS, WADO-RS, WADO-URI and STOW-RS as a pure function over files in memory. */
import type { Listener } from '../listen';
import { decodePairs, splitUrl } from '../query-string';
import { Refusal } from '../refusal';
import type { ServerRequest, ServerResponse } from '../request';
import { DICOM_JSON, json, problem, Problem } from './answer';
import type { Archive } from './archive';
import { negotiateDicom } from './negotiate';
import { retrieve, type Retrieval } from './retrieve';
import { BadQuery, parseSearch, searchArchive, type Level } from './search';
import { store } from './store';
import { retrieveByUri } from './wado-uri';

/** What a planted fault or variant replaces. */
export interface DicomwebOverride {
  request?(request: ServerRequest): ServerRequest;
  /** @param request as it was sent */
  response?(response: ServerResponse, request: ServerRequest, archive: Archive): ServerResponse;
}

export interface DicomwebServer extends Listener {
  handle(request: ServerRequest): ServerResponse;
  readonly archive: Archive;
  /** Whether a path is this server's, where several share a socket. */
  serves(path: string): boolean;
}

export interface DicomwebServerOptions {
  readonly archive: Archive;
  /** Path of the RESTful services. */
  readonly basePath?: string;
  /** Path of WADO-URI. */
  readonly uriPath?: string;
  readonly overrides?: readonly DicomwebOverride[];
  readonly readOnly?: boolean;
}

const BODY_LIMIT = 256 * 1024 * 1024;

export function createDicomwebServer({ archive, basePath = '/dicom-web', uriPath = '/wado', overrides = [], readOnly = false }: DicomwebServerOptions): DicomwebServer {
  let base = basePath;
  const serves = (path: string) => path === basePath || path.startsWith(`${basePath}/`) || path === uriPath;
  const answer = (request: ServerRequest): ServerResponse => {
    const { path, query } = splitUrl(request.url);
    if (!serves(path)) return problem(404, `The DICOMweb base of this server is ${base}.`);
    try {
      if (path === uriPath) return request.method === 'GET' || request.method === 'HEAD' ? retrieveByUri(archive, decodePairs(query), request.headers['accept']) : problem(405, 'WADO-URI is asked with GET.');
      return route(archive, request, decodeURIComponent(path.slice(basePath.length)), query, base, readOnly);
    } catch (error) {
      if (error instanceof Problem) return problem(error.status, error.message);
      if (error instanceof Refusal || error instanceof BadQuery || error instanceof URIError) return problem(400, error.message);
      return problem(500, 'The server failed; the fault is not in the request.');
    }
  };
  return {
    basePath,
    bodyLimit: BODY_LIMIT,
    archive,
    serves,
    rebase: (origin) => void (base = `${origin}${basePath}`),
    handle(request) {
      const heard = overrides.reduce((said, override) => override.request?.(said) ?? said, request);
      const said = overrides.reduce((given, override) => override.response?.(given, request, archive) ?? given, answer(heard));
      return request.method === 'HEAD' ? { ...said, headers: { ...said.headers, 'content-length': String(Buffer.byteLength(said.body, said.encoding ?? 'utf8')) }, body: '' } : said;
    },
  };
}

const SEARCHES: readonly [RegExp, Level][] = [
  [/^\/studies$/, 'studies'],
  [/^(?:\/studies\/(?<study>[^/]+))?\/series$/, 'series'],
  [/^(?:\/studies\/(?<study>[^/]+)(?:\/series\/(?<series>[^/]+))?)?\/instances$/, 'instances'],
];
const RETRIEVALS = /^\/studies\/(?<study>[^/]+)(?:\/series\/(?<series>[^/]+)(?:\/instances\/(?<instance>[^/]+)(?:\/frames\/(?<frames>[^/]+))?)?)?(?:\/(?<form>metadata|rendered|thumbnail))?$/;

function route(archive: Archive, request: ServerRequest, path: string, query: string, base: string, readOnly: boolean): ServerResponse {
  const { method, headers } = request;
  if (method === 'POST' && /^\/studies(\/[^/]+)?$/.test(path)) return readOnly ? problem(405, 'This server takes no instances.') : store(archive, request, base, path.split('/')[2]);
  if (method !== 'GET' && method !== 'HEAD') return problem(405, `${method} is not served here.`);
  for (const [pattern, level] of SEARCHES) {
    const groups = pattern.exec(path)?.groups ?? (pattern.test(path) ? {} : undefined);
    if (groups === undefined) continue;
    if (negotiateDicom(headers['accept'], { single: [DICOM_JSON, 'application/json'] }) === undefined) throw new Problem(406, `Not acceptable; on offer: ${DICOM_JSON}.`);
    const search = parseSearch(level, within(groups), decodePairs(query));
    const found = searchArchive(archive, search, base);
    return json(found, 200, search.fuzzy ? { warning: `299 ${new URL(base, 'http://localhost').host} "The fuzzymatching parameter is not supported. Only literal matching has been performed."` } : {});
  }
  const groups = RETRIEVALS.exec(path)?.groups;
  if (groups === undefined) return problem(404, `${path} is no resource of DICOMweb.`);
  return retrieve(archive, retrieval(groups), headers['accept'], decodePairs(query));
}

function within(groups: Readonly<Record<string, string | undefined>>): { studyUid?: string; seriesUid?: string } {
  return { ...(groups['study'] === undefined ? {} : { studyUid: groups['study'] }), ...(groups['series'] === undefined ? {} : { seriesUid: groups['series'] }) };
}

function retrieval({ study = '', series, instance, frames, form }: Readonly<Record<string, string | undefined>>): Retrieval {
  const target = { studyUid: study, ...(series === undefined ? {} : { seriesUid: series }), ...(instance === undefined ? {} : { instanceUid: instance }) };
  if (frames === undefined) return { target, form: (form as Retrieval['form'] | undefined) ?? 'dicom' };
  const numbers = frames.split(',').map(Number);
  if (form === 'metadata' || !numbers.every((frame) => Number.isInteger(frame) && frame >= 1)) throw new Problem(400, `frames/${frames} names no frames.`);
  return { target, frames: numbers, form: (form as Retrieval['form'] | undefined) ?? 'frames' };
}
