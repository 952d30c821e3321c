/** What the probes of planted faults are made of: questions to a server, each with one short answer. */
import type { Bundle, BundleEntry } from '../../scripts/core/fhir';
import { BASE, linkOf, resourceOf, type Client } from './client';

export type Probe = (client: Client) => unknown;
/** What is asked, what the reference answers, what the faulty server answers. */
export type Row = readonly [probe: Probe, right: unknown, wrong: unknown];

export const found = (url: string): Probe => (client) => client.ids(url).join(' ');
export const status = (method: string, url: string, body?: unknown, headers?: Record<string, string>): Probe => (client) => client.send(method, url, body, headers).status;
export const self = (url: string): Probe => (client) => linkOf(client.bundle(url), 'self')?.replace(`${BASE}/`, '');
export const page = (url: string): Probe => (client) => (client.bundle(url).entry ?? []).map((entry) => `${entry.resource?.id} ${entry.search?.mode ?? '-'}`).join(', ');
export const statement = (pick: (statement: { rest: { resource: { type: string; searchParam: { name: string; type: string }[] }[] }[]; [name: string]: unknown }) => unknown): Probe => (client) => pick(resourceOf(client.send('GET', 'metadata')) as never);
export const imagingParameter = (name: string) => statement((said) => said.rest[0]?.resource.find(({ type }) => type === 'ImagingStudy')?.searchParam.find((parameter) => parameter.name === name)?.type);
export const header = (name: string, method: string, url: string, body?: unknown): Probe => (client) => client.send(method, url, body).headers[name];
export const after = (prepare: (client: Client) => unknown, probe: Probe): Probe => (client) => {
  prepare(client);
  return probe(client);
};
export const patient = (id?: string, more: object = {}) => ({ resourceType: 'Patient', ...(id === undefined ? {} : { id }), ...more });
export const drop = (type: string, id: string) => (client: Client) => client.send('DELETE', `${type}/${id}`);
export const bundleOf = (type: string, ...entry: BundleEntry[]): Bundle => ({ resourceType: 'Bundle', type, entry });
export const putEntry = (id: string): BundleEntry => ({ resource: patient(id), request: { method: 'PUT', url: `Patient/${id}` } });
export const badEntry: BundleEntry = { resource: patient('x'), request: { method: 'PUT', url: 'Patient/other' } };
export const history: Probe = (client) => (client.bundle('Patient/p3/_history').entry ?? []).map((entry) => entry.request?.method).join(' ');
export const twoVersions = (client: Client) => client.send('PUT', 'Patient/p3', patient('p3', { active: true }));
