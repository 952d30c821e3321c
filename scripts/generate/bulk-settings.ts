/** A scenario folder in, what bulk data takes from its settings out; without a settings file, defaults. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isError } from '../core/finding';
import { KnownError } from '../core/known-error';
import { readSettings, type Settings } from './settings';

/** @throws KnownError `bad-settings` */
export function bulkSettings(folder: string): Settings {
  const file = join(folder, 'settings.yaml');
  const { settings, findings } = readSettings(existsSync(file) ? { file, text: readFileSync(file, 'utf8') } : undefined);
  const wrong = findings.find(isError);
  if (wrong !== undefined) throw new KnownError('bad-settings', `${file}, line ${wrong.location?.line}: ${wrong.message}`);
  return settings;
}
