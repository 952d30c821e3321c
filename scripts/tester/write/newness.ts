/** The answer to a create in, whether what it names was there before out: a server may merge what it is sent into what it holds. */
import type { Exchange } from '../../core/result';
import { bundleOf, resourceOf, succeeded } from '../answer';
import { versionOfEtag } from '../entity-tag';
import { entriesOf, linkOf } from '../gather/search-answer';
import { UNCACHED, type ClientRequest } from '../http/client';

/** What an answer, or an entry of one, says of a resource that it names. */
export interface NamedAsMade {
  readonly reference: string;
  /** HTTP status of the create. */
  readonly status: number;
  readonly versionId: string | undefined;
}

/** What the answer to a create, or to a transaction, says of each resource that it names. */
export function namedAsMade(exchange: Exchange, references: readonly string[]): NamedAsMade[] {
  const { response } = exchange;
  const bundle = bundleOf(exchange);
  const told = bundle === undefined ? [] : entriesOf(bundle).flatMap(({ response: one }) => one ?? []);
  return references.map((reference) => {
    const entry = told.find(({ location }) => typeof location === 'string' && `/${location}/`.includes(`/${reference}/`));
    if (entry !== undefined) return { reference, status: Number.parseInt(text(entry.status) ?? '', 10), versionId: versionOf(text(entry.location)) ?? versionOfEtag(text(entry.etag)) };
    return { reference, status: response?.status ?? 0, versionId: versionOf(response?.headers['location']) ?? text(resourceOf(exchange)?.meta?.versionId) ?? versionOfEtag(response?.headers['etag']) };
  });
}

/** A server may send anything in its place. */
function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function versionOf(location: string | undefined): string | undefined {
  return /\/_history\/([^/?#]+)\/?$/.exec(location ?? '')?.[1];
}

/**
 * Whether a resource that is named as made was there before. Created, and as a first version, it was not; else its history decides.
 * "201 Created" is for what is new: https://hl7.org/fhir/R4/http.html#create
 */
export async function existedBefore({ reference, status, versionId }: NamedAsMade, send: (request: ClientRequest) => Promise<Exchange>): Promise<boolean> {
  if (/^[01]$/.test(versionId ?? '')) return false;
  // Where versions are no numbers nothing follows from them.
  if (status === 201 && !/^\d+$/.test(versionId ?? '')) return false;
  const answer = await send({ method: 'GET', url: `${reference}/_history`, headers: UNCACHED });
  const history = succeeded(answer) ? bundleOf(answer) : undefined;
  const versions = history === undefined ? 0 : entriesOf(history).length;
  if (versions > 1) return true;
  return !(status === 201 || (versions === 1 && history !== undefined && linkOf(history, 'next') === undefined));
}
