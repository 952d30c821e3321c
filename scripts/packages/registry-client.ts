/** One registry and one package in, an offer (or why there is none) out; one offer in, a verified archive file out. Nothing hangs. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { packageLabel, type PackageId } from './package-id';
import { shownUrl, type Registry } from './registries';

/** Milliseconds. */
export interface RegistryTimeouts {
  /** Until a registry has answered a question. */
  readonly answer: number;
  /** Without a byte while an archive comes in. */
  readonly stall: number;
  /** For one archive as a whole. */
  readonly archive: number;
}

/** Asked side by side, so that one round of silence and one stalled download stay below 20 seconds together. */
export const REGISTRY_TIMEOUTS: RegistryTimeouts = { answer: 6_000, stall: 10_000, archive: 600_000 };

/** A registry has the package. */
export interface Offer {
  readonly registry: Registry;
  readonly id: PackageId;
  readonly url: string;
  /** What the registry says about the archive: https://www.w3.org/TR/SRI/ */
  readonly integrity?: string;
}

/** `absent`: it answered, without this package; `down`: it did not answer as a registry does. */
export type RegistryAnswer = { readonly offer: Offer } | { readonly absent: string } | { readonly down: string };

interface RegistryManifest {
  versions?: Record<string, { dist?: { tarball?: string; integrity?: string } } | undefined>;
}

/** Asks one registry for one package. Never rejects: silence and refusal are answers too. */
export async function askRegistry(registry: Registry, id: PackageId, timeouts: RegistryTimeouts, signal?: AbortSignal): Promise<RegistryAnswer> {
  const { axiosGet } = await import('fhir-package-loader');
  const limit = deadline(timeouts.answer, signal, `no answer within ${timeouts.answer / 1000} s`);
  try {
    const response = await axiosGet(`${registry.url}/${id.name}`, { responseType: 'json', signal: limit.signal });
    if (response.status === 401) return { down: 'asks for a login (fhir-package-loader takes one from FPL_REGISTRY with FPL_REGISTRY_TOKEN)' };
    const manifest: unknown = response.data;
    if (typeof manifest !== 'object' || manifest === null) return { down: 'answers, but not as a package registry does' };
    const dist = (manifest as RegistryManifest).versions?.[id.version];
    if (dist === undefined) return { absent: `does not have ${packageLabel(id)}` };
    return { offer: offerOf(registry, id, dist.dist) };
  } catch (error) {
    if (statusOf(error) === 404) return { absent: `does not have ${id.name}` };
    return { down: reasonOf(limit.signal.aborted ? limit.signal.reason : error) };
  } finally {
    limit.end();
  }
}

function offerOf(registry: Registry, id: PackageId, dist: { tarball?: string; integrity?: string } | undefined): Offer {
  // FHIR's registries serve an archive at /name/version; their manifests are not reliable about it, so fhir-package-loader ignores them, and so do we.
  if (registry.protocol === 'fhir') return { registry, id, url: `${registry.url}/${id.name}/${id.version}` };
  const url = dist?.tarball ?? `${registry.url}/${id.name}/-/${id.name}-${id.version}.tgz`;
  return dist?.integrity === undefined ? { registry, id, url } : { registry, id, url, integrity: dist.integrity };
}

/**
 * Downloads an offer into a new file.
 * @param onBytes called with the number of bytes so far, and the whole if the registry says it
 * @returns SHA-256 of the archive, hexadecimal
 * @throws Error saying in one line what went wrong; what was written of the file stays behind for the caller to remove
 */
export async function downloadArchive(
  offer: Offer,
  file: string,
  timeouts: RegistryTimeouts,
  signal?: AbortSignal,
  onBytes: (done: number, total?: number) => void = () => undefined,
): Promise<string> {
  const { axiosGet } = await import('fhir-package-loader');
  const whole = deadline(timeouts.archive, signal, `not done within ${timeouts.archive / 1000} s`);
  const quiet = deadline(timeouts.stall, whole.signal, `no data for ${timeouts.stall / 1000} s`);
  const sha256 = createHash('sha256');
  const claimed = claimedDigest(offer.integrity);
  let bytes = 0;
  try {
    const response = await axiosGet(offer.url, {
      responseType: 'stream',
      signal: quiet.signal,
      // The archive's own bytes are what the hash is over; a server that labels a .tgz as gzip-encoded must not get it unpacked here.
      decompress: false,
      headers: { 'Accept-Encoding': 'identity' },
    });
    if (response.status !== 200) throw new Error(`HTTP ${response.status}`);
    const length = Number(response.headers['content-length']);
    const total = Number.isFinite(length) && length > 0 ? length : undefined;
    const watch = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        quiet.restart();
        bytes += chunk.length;
        sha256.update(chunk);
        claimed?.hash.update(chunk);
        onBytes(bytes, total);
        done(null, chunk);
      },
    });
    await pipeline(response.data as Readable, watch, createWriteStream(file, { flags: 'wx' }), { signal: quiet.signal });
    if (total !== undefined && bytes !== total) throw new Error(`broke off after ${bytes} of ${total} bytes`);
  } catch (error) {
    const reason = reasonOf(quiet.signal.aborted ? quiet.signal.reason : error);
    throw new Error(`download from ${shownUrl(offer.url)} failed${bytes > 0 ? ` after ${bytes} bytes` : ''}: ${reason}`, { cause: error });
  } finally {
    quiet.end();
    whole.end();
  }
  if (claimed && claimed.hash.digest('base64') !== claimed.digest) throw new Error(`what ${shownUrl(offer.url)} sent is not what its registry announced (${offer.integrity})`);
  return sha256.digest('hex');
}

function claimedDigest(integrity: string | undefined) {
  const match = /(?:^|\s)(sha512|sha384|sha256)-([A-Za-z0-9+/=]+)/.exec(integrity ?? '');
  return match?.[1] === undefined || match[2] === undefined ? undefined : { hash: createHash(match[1]), digest: match[2] };
}

/**
 * Aborts after a time, or with another signal. Time in which this process itself was too busy to listen does not count,
 * up to the same time once more.
 * (AbortSignal.any over AbortSignal.timeout may be collected before it fires: https://github.com/nodejs/node/issues/57736)
 */
function deadline(milliseconds: number, parent: AbortSignal | undefined, message: string) {
  const controller = new AbortController();
  const follow = () => controller.abort(parent?.reason);
  let due: number;
  let grace = milliseconds;
  let timer: NodeJS.Timeout;
  const arm = (delay: number) => {
    due = performance.now() + delay;
    timer = setTimeout(expire, delay);
  };
  const expire = () => {
    const late = performance.now() - due;
    const more = late > BUSY_MS ? Math.min(late, grace) : 0;
    if (more === 0) return controller.abort(new Error(message));
    grace -= more;
    arm(more);
  };
  arm(milliseconds);
  if (parent?.aborted) follow();
  parent?.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    restart() {
      clearTimeout(timer);
      grace = milliseconds;
      arm(milliseconds);
    },
    end() {
      clearTimeout(timer);
      parent?.removeEventListener('abort', follow);
    },
  };
}

/** A timer that comes later than this says that the process was busy with something else, e.g. unpacking another package. */
const BUSY_MS = 50;

function statusOf(error: unknown): number | undefined {
  return (error as { response?: { status?: number } } | null)?.response?.status;
}

/** One line that says what the network said. */
function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  const status = statusOf(error);
  if (status !== undefined) return `HTTP ${status}`;
  if (/certificate/i.test(message ?? '')) return `${message} (behind a proxy that signs itself, set NODE_EXTRA_CA_CERTS)`;
  return (message || code || String(error)).split('\n')[0] ?? '';
}
