/** A store's current resources in, an NDJSON file out; the old file stays until the new one is whole. */
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import type { Resource } from '../core/fhir';
import { KnownError } from '../core/known-error';

/**
 * @returns how many were written
 * @throws KnownError `not-saved`
 */
export async function saveData(path: string, resources: Iterable<Resource>): Promise<number> {
  const draft = `${path}.${process.pid}.part`;
  let stream: WriteStream | undefined;
  let count = 0;
  try {
    await mkdir(dirname(path), { recursive: true });
    stream = createWriteStream(draft, 'utf8');
    const done = finished(stream);
    done.catch(() => undefined);
    for (const resource of resources) {
      count += 1;
      if (!stream.write(`${JSON.stringify(resource)}\n`)) await Promise.race([once(stream, 'drain'), done]);
    }
    stream.end();
    await done;
    await rename(draft, path);
    return count;
  } catch (cause) {
    stream?.destroy();
    await rm(draft, { force: true }).catch(() => undefined);
    throw new KnownError('not-saved', `The data cannot be saved to ${path}: ${(cause as Error).message}.`, 'Give another file with --save.', { cause });
  }
}
