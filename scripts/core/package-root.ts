/** Where the program's own files are (definitions, schemas, the guide, the validator module), run from source or installed. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder that holds our package.json, whether we run from `scripts/` or from `dist/scripts/`. */
export function packageRoot(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name === 'fhir-scout') return folder;
    if (folder === dirname(folder)) throw new Error(`package.json of fhir-scout not found above ${__dirname}`);
  }
}

/** Name and version as package.json states them. */
export function toolVersion(): { name: string; version: string } {
  const { name, version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { name: string; version: string };
  return { name, version };
}
