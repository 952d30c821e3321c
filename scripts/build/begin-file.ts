/** A project's folder and what its author wants to begin in, the new file on disk out; nothing that is there is ever overwritten. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { utils } from 'fsh-sushi';
import { KnownError } from '../core/known-error';
import { readConfiguration } from './configuration';
import { createDefinitionStore } from './definition-store';
import { requiredValues, type FirstCode, type RequiredValue } from './required-values';
import { startingFile, unknownParent, type ProjectLayout, type StartingFile, type StartingKind } from './starting-file';

export interface BeginOptions {
  readonly root: string;
  readonly kind: StartingKind;
  readonly name: string;
  readonly of: string;
  readonly cacheDir?: string;
}

/** @throws KnownError `no-guide`, `bad-name`, `already-defined`, `unknown-parent`, `file-exists`, `missing-package` */
export async function beginFile({ root, kind, name, of, cacheDir }: BeginOptions): Promise<StartingFile & { readonly file: string }> {
  const layout = readLayout(root);
  const required = kind === 'invariant' ? undefined : await lookUp(root, kind, of, layout, cacheDir);
  const made = startingFile({ kind, name, of, ...(required !== undefined && { required }) }, layout);
  const file = join(root, made.path);
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(file, made.text, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw new KnownError('cannot-write', `${file} cannot be written: ${(error as Error).message}`, undefined, { cause: error });
    throw new KnownError('file-exists', `${file} is there already.`, 'Choose another name, or edit that file.', { cause: error });
  }
  return { ...made, file };
}

function readLayout(root: string): ProjectLayout {
  const folder = join(root, 'input', 'fsh');
  if (!existsSync(folder)) return { fsh: [] };
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.fsh'));
  return { fsh: paths.map((path) => ({ path: path.split(sep).join('/'), text: readFileSync(join(folder, path), 'utf8') })) };
}

interface Definition {
  readonly name?: string;
  readonly snapshot?: { readonly element: Parameters<typeof requiredValues>[0] };
}

/** Makes sure that the parent exists; for an example, what it demands. Profiles of the project are read as they were last built. */
async function lookUp(root: string, kind: StartingKind, of: string, { fsh }: ProjectLayout, cacheDir: string | undefined): Promise<RequiredValue[] | undefined> {
  const { config } = await readConfiguration(root);
  if (config === undefined) throw new KnownError('bad-configuration', `The configuration in ${root} cannot be read.`, 'scout build says what is wrong with it.');
  const { definitions } = await createDefinitionStore(cacheDir).load(config, root);
  const own = ownProfile(root, of);
  const outside = definitions.fishForFHIR(of, utils.Type.Profile, utils.Type.Resource, utils.Type.Extension) as Definition | undefined;
  const inFsh = fsh.flatMap(({ text }) => [...text.matchAll(/^\s*Profile:\s*(\S+)/gm)].map(([, name = '']) => name));
  if (own === undefined && outside === undefined && !inFsh.includes(of)) throw unknownParent(of, [...inFsh, 'ImagingStudy', 'Endpoint', 'Patient', 'Observation', 'DiagnosticReport', 'ServiceRequest']);
  if (kind !== 'example') return undefined;
  const definition = own ?? outside;
  if (definition === undefined) throw new KnownError('not-built', `The profile ${of} has not been built yet, so what it demands is not known.`, 'Build it first: scout build');
  const firstCode: FirstCode = (valueSet) => codeOf(definitions.fishForFHIR(valueSet.split('|')[0] ?? '', utils.Type.ValueSet) as ValueSet | undefined, (url) => definitions.fishForFHIR(url, utils.Type.CodeSystem) as CodeSystem | undefined);
  return requiredValues(definition.snapshot?.element ?? [], firstCode);
}

function ownProfile(root: string, name: string): Definition | undefined {
  const folder = join(root, 'fsh-generated', 'resources');
  if (!existsSync(folder)) return undefined;
  for (const file of readdirSync(folder).filter((path) => path.startsWith('StructureDefinition-') && path.endsWith('.json'))) {
    const definition = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Definition & { id?: string; url?: string };
    if ([definition.name, definition.id, definition.url].includes(name)) return definition;
  }
  return undefined;
}

interface CodeSystem {
  readonly concept?: readonly { readonly code: string }[];
}
interface ValueSet {
  readonly compose?: { readonly include?: readonly { readonly system?: string; readonly concept?: readonly { readonly code: string }[]; readonly filter?: unknown }[] };
}

function codeOf(valueSet: ValueSet | undefined, codeSystem: (url: string) => CodeSystem | undefined): ReturnType<FirstCode> {
  for (const { system, concept, filter } of valueSet?.compose?.include ?? []) {
    if (system === undefined || filter !== undefined) continue;
    const code = (concept ?? codeSystem(system)?.concept)?.[0]?.code;
    if (code !== undefined) return { system, code };
  }
  return undefined;
}
