/** settings.yaml in, what holds for all scenarios of a folder out. */
import type { Finding } from '../core/finding';
import { NO_CODES } from './code-entry';
import { readObject } from './read-value';
import { shapeOf } from './shape';
import type { SourceText } from './source-text';
import { parseYaml } from './yaml-tree';

export interface Settings {
  /** What UIDs are derived from where the command line names no other. */
  readonly seed: number;
  /** Canonical URL of the profile that resources of a type claim. */
  readonly profiles: ReadonlyMap<string, string>;
}

const SHAPE = shapeOf({ seed: 'integer = 1', profiles: [{ type: 'text!', url: 'uri!' }] });

export function readSettings(source: SourceText | undefined): { settings: Settings; findings: Finding[] } {
  const { tree, findings } = source === undefined ? { findings: [] } : parseYaml(source);
  const found = [...findings];
  const value = tree === undefined ? undefined : readObject(SHAPE, tree, { vocabulary: NO_CODES, findings: found, path: '' });
  const { seed = 1, profiles = [] } = (value ?? {}) as { seed?: number; profiles?: { type: string; url: string }[] };
  return { settings: { seed, profiles: new Map(profiles.map(({ type, url }) => [type, url])) }, findings: found };
}
