/** A release's address in, its single jar in our cache out, with a checksum that later runs are held to. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { KnownError } from '../core/known-error';
import type { Progress } from '../core/progress';
import { atStart } from './java-tool';

export interface DownloadOptions {
  readonly url: string;
  /** As sentences call it. */
  readonly title: string;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
  /** Milliseconds until the first byte; short, because on many machines nobody ever answers. */
  readonly connectMs?: number;
  /** Milliseconds without a byte after which the download has failed. */
  readonly stallMs?: number;
}

const MIB = 1024 * 1024;

/**
 * fhir-validator-wrapper offers a download too, but always of its newest release, and it never ends when the connection breaks off.
 * @throws KnownError `download-failed`
 */
export async function downloadJar(file: string, { url, title, progress, signal, connectMs = 5_000, stallMs = 30_000 }: DownloadOptions): Promise<void> {
  const part = `${file}.${process.pid}.part`;
  const stop = new AbortController();
  let patience = setTimeout(() => stop.abort(new Error(`no answer within ${connectMs / 1000} s`)), connectMs);
  try {
    progress.start(`Downloading ${title}`);
    const answer = await fetch(url, { signal: signal ? AbortSignal.any([signal, stop.signal]) : stop.signal });
    if (!answer.ok || answer.body === null) throw new Error(`the answer is ${answer.status} ${answer.statusText}`);
    const total = Number(answer.headers.get('content-length') ?? 0);
    mkdirSync(dirname(file), { recursive: true });
    const hash = createHash('sha256');
    let bytes = 0;
    const watched = async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        clearTimeout(patience);
        patience = setTimeout(() => stop.abort(new Error(`no data for ${stallMs / 1000} s`)), stallMs);
        bytes += chunk.length;
        hash.update(chunk);
        progress.step(Math.round(bytes / MIB), total === 0 ? 'MiB' : `of ${Math.round(total / MIB)} MiB`);
        yield chunk;
      }
    };
    await pipeline(watched(Readable.fromWeb(answer.body)), createWriteStream(part));
    if (total > 0 && bytes !== total) throw new Error(`it broke off after ${bytes} of ${total} bytes`);
    writeFileSync(`${file}.sha256`, `${hash.digest('hex')}\n`);
    renameSync(part, file);
    progress.end(`${Math.round(bytes / MIB)} MiB`);
  } catch (error) {
    signal?.throwIfAborted();
    progress.end('not to be had');
    const cause = stop.signal.aborted ? (stop.signal.reason as Error) : error;
    throw new KnownError('download-failed', `${atStart(title)} cannot be downloaded from ${new URL(url).host}: ${reasonOf(cause)}.`, undefined, { cause });
  } finally {
    clearTimeout(patience);
    rmSync(part, { force: true });
  }
}

/** fetch says "fetch failed" and keeps the reason as its cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}

/**
 * Holds a downloaded jar to the checksum of its download.
 * @returns whether it is still the same; one that is not is removed
 */
export async function isIntact(file: string): Promise<boolean> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  if (hash.digest('hex') === readFileSync(`${file}.sha256`, 'utf8').trim()) return true;
  rmSync(file, { force: true });
  rmSync(`${file}.sha256`, { force: true });
  return false;
}
