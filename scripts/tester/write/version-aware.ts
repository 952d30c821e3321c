/** A request that changes a resource in, its answer out; sent once more with If-Match where the server wants to be told which version is meant. */
import type { Exchange } from '../../core/result';
import { resourceOf } from '../answer';
import { versionOfEtag } from '../entity-tag';

/**
 * Statuses by which a server that declares `versioned-update` may ask for If-Match: "Servers can choose to require that clients
 * perform version aware updates", https://hl7.org/fhir/R4/http.html#concurrency
 */
const VERSION_WANTED: readonly number[] = [400, 409, 412];
/** "The origin server requires the request to be conditional": https://www.rfc-editor.org/rfc/rfc6585#section-3 */
const PRECONDITION_REQUIRED = 428;

export interface VersionAware {
  /** Headers of the request; with an If-Match of its own it is sent as it is. */
  readonly headers: Record<string, string>;
  /** Whether the server declares that changes have to name the version which they replace. */
  readonly demanded: boolean;
  /** The version that is replaced, asked for only where it is needed; undefined where there is none. */
  readonly versionId: () => Promise<string | undefined>;
  readonly send: (headers: Record<string, string>) => Promise<Exchange>;
}

export async function versionAware({ headers, demanded, versionId, send }: VersionAware): Promise<Exchange> {
  const exchange = await send(headers);
  const status = exchange.response?.status ?? 0;
  if ('If-Match' in headers || !(status === PRECONDITION_REQUIRED || (demanded && VERSION_WANTED.includes(status)))) return exchange;
  const version = await versionId();
  return version === undefined ? exchange : send({ ...headers, 'If-Match': `W/"${version}"` });
}

/** The version that an answer holds: of the resource in it, else of its ETag. */
export function versionIn(exchange: Exchange): string | undefined {
  return resourceOf(exchange)?.meta?.versionId ?? versionOfEtag(exchange.response?.headers['etag']);
}
