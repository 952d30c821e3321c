/** A DICOMweb base and a client in, what a test asks it with out: each answer remembered, read once. */
import type { Exchange } from '../../core/result';
import type { DicomJson } from '../../dicom/dicomweb-json';
import type { ClientRequest, FhirClient } from '../http/client';
import type { Wait } from '../http/limits';
import type { ArchiveStudy } from './harvest';

/** What all tests of a DICOMweb base share. */
export interface DicomwebTarget {
  readonly client: FhirClient;
  /** Address of the WADO-URI service; undefined where there is none. */
  readonly uriBase?: string;
  readonly studies: readonly ArchiveStudy[];
  /** Studies asked for in the sample. */
  readonly sample: number;
  /** Names what is not there, and what is stored. */
  readonly runId: string;
  readonly memory: Map<string, Promise<Exchange>>;
  /** Set in a run that may write. */
  readonly writing?: { readonly wait: Wait; stored(text: string): void };
}

export interface Asking {
  readonly accept?: string;
  /** Bytes that are wanted at most. */
  readonly maxBytes?: number;
}

export interface DicomwebContext extends DicomwebTarget {
  /** What this test sent and got, remembered answers included. */
  readonly exchanges: readonly Exchange[];
  /** A GET of a path below the base, or of an absolute URL; asked at most once in a run. */
  get(url: string, asking?: Asking): Promise<Exchange>;
  send(request: ClientRequest): Promise<Exchange>;
}

export const DICOM_JSON = 'application/dicom+json';
export const MULTIPART_DICOM = 'multipart/related; type="application/dicom"';
/** Without it some servers transcode, or try to. */
export const MULTIPART_AS_STORED = 'multipart/related; type="application/dicom"; transfer-syntax=*';
/** Enough for a header; what follows are pixels. */
export const HEADER_BYTES = 256_000;
/** The largest picture that is looked at. */
export const PICTURE_BYTES = 4_000_000;

export function openDicomwebContext(target: DicomwebTarget, scope: string): DicomwebContext {
  const exchanges: Exchange[] = [];
  return {
    ...target,
    exchanges,
    async get(url, { accept = DICOM_JSON, maxBytes } = {}) {
      const key = JSON.stringify([url, accept, maxBytes]);
      const pending = target.memory.get(key) ?? target.client.send({ method: 'GET', url, headers: { Accept: accept }, ...(maxBytes === undefined ? {} : { maxBytes }) }, scope);
      target.memory.set(key, pending);
      const exchange = await pending;
      exchanges.push(exchange);
      return exchange;
    },
    async send(request) {
      target.memory.clear();
      const exchange = await target.client.send(request, scope);
      exchanges.push(exchange);
      return exchange;
    },
  };
}

/** `name=value&...` of a search. */
export function searchPath(path: string, query: Readonly<Record<string, string | number>>): string {
  return `${path}?${Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%2C', ',')}`).join('&')}`;
}

export function pathOf(study: string, series?: string, instance?: string): string {
  return `studies/${study}${series === undefined ? '' : `/series/${series}`}${instance === undefined ? '' : `/instances/${instance}`}`;
}

/** A list of data sets, as far as an answer is one. */
export interface DataSets {
  readonly dataSets: readonly DicomJson[];
  readonly problem?: string;
}
