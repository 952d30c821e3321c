/** The URL of an ImagingStudy on a server in, the study and the endpoints that it refers to out. */
import type { Resource } from '../../core/fhir';
import { KnownError } from '../../core/known-error';
import { toolVersion } from '../../core/package-root';
import { listOf, seriesOf } from '../../dicom/endpoints';
import { answerInWords, resourceOf } from '../../tester/answer';
import { DEFAULTS } from '../../tester/options';
import { createClient } from '../../tester/http/client';
import { realWait } from '../../tester/http/limits';

const STUDY = /^(https?:\/\/.+)\/ImagingStudy\/([A-Za-z0-9\-.]{1,64})\/?$/i;

/** @throws KnownError `no-study`; an endpoint that cannot be read is left out, and the links say so */
export async function readStudy(url: string, headers: Record<string, string>): Promise<Resource[]> {
  const [, base = '', id = ''] = STUDY.exec(url) ?? [];
  if (id === '') throw new KnownError('bad-url', `${url} is not the URL of an ImagingStudy.`, 'It looks like https://your.server/fhir/ImagingStudy/123');
  const { name, version } = toolVersion();
  const client = createClient({ base, mode: 'read-only', headers, userAgent: `${name}/${version}`, budget: 200, concurrency: DEFAULTS.concurrency, timeoutMs: DEFAULTS.timeoutMs, maxBytes: DEFAULTS.maxBytes, wait: realWait });
  const exchange = await client.send({ method: 'GET', url: `ImagingStudy/${id}` }, 'links');
  const study = resourceOf(exchange);
  if (study?.resourceType !== 'ImagingStudy') throw new KnownError('no-study', `${url} gives no ImagingStudy: ${answerInWords(exchange)}.`, 'Check the address and the credentials.');
  const references = new Set([study, ...seriesOf(study)].flatMap((place) => listOf<{ reference?: string }>(place.endpoint).flatMap(({ reference }) => reference ?? [])));
  const endpoints: Resource[] = [];
  for (const reference of references) {
    const local = reference.startsWith(`${base}/`) ? reference.slice(base.length + 1) : reference;
    if (!/^Endpoint\/[A-Za-z0-9\-.]{1,64}$/.test(local)) continue;
    const endpoint = resourceOf(await client.send({ method: 'GET', url: local }, 'links'));
    if (endpoint?.resourceType === 'Endpoint') endpoints.push(endpoint);
  }
  return [study, ...endpoints];
}
