/** A finding in, where it is in words: `input/pagecontent/index.md, line 4`. */
import type { Finding } from '../core/finding';

export function describePlace({ location }: Finding): string {
  const { file, line, resource, path } = location ?? {};
  return [file, line === undefined ? undefined : `line ${line}`, file === undefined ? resource : undefined, path].filter((part) => part !== undefined).join(', ');
}
