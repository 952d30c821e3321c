/** A scenario folder in, its files' texts out: the only part of the generator that reads a disk. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { KnownError } from '../core/known-error';
import type { SourceText } from './source-text';

/** The texts of a scenario folder by what they are for. File names are as the user gave the folder, plus the path in it. */
export interface ScenarioFiles {
  readonly folder: string;
  /** settings.yaml */
  readonly settings?: SourceText;
  /** codes.yaml */
  readonly codes?: SourceText;
  /** templates/*.hbs */
  readonly templates: readonly SourceText[];
  /** bad/*.yaml */
  readonly bad: readonly SourceText[];
  /** Every other .yaml file. */
  readonly scenarios: readonly SourceText[];
}

/**
 * Reads a scenario folder, files in the order of their names.
 * @throws KnownError `no-scenarios` where there is no such folder or nothing in it
 */
export function readScenarioFiles(folder: string): ScenarioFiles {
  const hint = 'Name a folder with scenario files (*.yaml) and templates/*.hbs: scout generate --scenarios DIR.';
  if (!existsSync(folder)) throw new KnownError('no-scenarios', `There is no scenario folder ${folder}.`, hint);
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => /\.(ya?ml|hbs)$/.test(path))
    .sort();
  const under = (test: RegExp) => paths.filter((path) => test.test(path)).map((path) => source(folder, path));
  const scenarios = under(/^(?!bad\/|templates\/|settings\.ya?ml$|codes\.ya?ml$).*\.ya?ml$/);
  if (scenarios.length === 0) throw new KnownError('no-scenarios', `${folder} holds no scenario file.`, hint);
  const [settings] = under(/^settings\.ya?ml$/);
  const [codes] = under(/^codes\.ya?ml$/);
  return { folder, settings, codes, templates: under(/^templates\/.*\.hbs$/), bad: under(/^bad\/.*\.ya?ml$/), scenarios };
}

function source(folder: string, path: string): SourceText {
  const file = join(folder, path);
  return { file, text: readFileSync(file, 'utf8') };
}
