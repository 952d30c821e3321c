/** The guide, compiled once for a whole test file, and the questions that its tests ask of it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildGuide, type BuildResult } from '../../scripts/build/build-guide';
import type { Resource } from '../../scripts/core/fhir';
import { packageRoot } from '../../scripts/core/package-root';
import { defaultCacheDir } from '../../scripts/packages/cache-folder';
import { openPackage } from '../../scripts/packages/open-package';

export const ROOT = packageRoot();

/** The parts of an ElementDefinition that the tests read. */
export interface Element {
  id: string;
  path: string;
  min?: number;
  max?: string;
  mustSupport?: boolean;
  patternUri?: string;
  type?: { code: string; targetProfile?: string[] }[];
  binding?: { strength: string; valueSet?: string };
  slicing?: { rules: string; ordered: boolean; discriminator: { type: string; path: string }[] };
  constraint?: { key: string; severity: string; human: string; expression?: string; source?: string }[];
}

export interface BuiltGuide {
  result: BuildResult;
  /** A produced resource, by file name without `.json`. */
  resource(name: string): Resource;
  elements(profile: string, view: 'snapshot' | 'differential'): Element[];
  /** The codes of a value set, those of included value sets too. */
  codes(valueSet: string): { system: string; code: string; display?: string }[];
  remove(): void;
}

/** Compiles the guide of this project into a folder of its own. */
export async function builtGuide(): Promise<BuiltGuide> {
  const folder = mkdtempSync(join(tmpdir(), 'scout-guide-'));
  const result = await buildGuide({ root: ROOT, out: folder, generatedIn: folder });
  const resource = (name: string) => JSON.parse(readFileSync(join(result.generated, 'resources', `${name}.json`), 'utf8')) as Resource;
  const codes = (valueSet: string): { system: string; code: string; display?: string }[] => {
    const { compose } = resource(`ValueSet-${valueSet}`) as unknown as {
      compose: { include: { system?: string; concept?: { code: string; display?: string }[]; valueSet?: string[] }[] };
    };
    return compose.include.flatMap(({ system, concept, valueSet: included }) => [
      ...(concept ?? []).map((row) => ({ system: system ?? '', ...row })),
      ...(included ?? []).flatMap((url) => codes(url.split('/').at(-1) ?? '')),
    ]);
  };
  return {
    result,
    resource,
    elements: (profile, view) => (resource(`StructureDefinition-${profile}`)[view] as { element: Element[] }).element,
    codes,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A resource of FHIR R4 itself. */
export function r4Resource(type: string, idOrUrl: string): Resource {
  const core = openPackage(defaultCacheDir(), 'hl7.fhir.r4.core', '4.0.1');
  const entry = core.find(type, idOrUrl);
  if (entry === undefined) throw new Error(`${type} ${idOrUrl} is not in FHIR R4`);
  return core.read(entry);
}

/** Every FSH file of the guide, by path below input/fsh. */
export function fshFiles(): { path: string; text: string }[] {
  const folder = join(ROOT, 'input', 'fsh');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.fsh'))
    .map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(join(folder, path), 'utf8') }));
}
