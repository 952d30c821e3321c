/** A project's folder in, the ready-made resources written in it (JSON, XML) out, with what is wrong with their files. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isResource, type Resource } from '../core/fhir';
import type { Finding, FindingLocation } from '../core/finding';
import { KnownError } from '../core/known-error';
import type { ElementTable } from './element-table';
import { fromXml } from './from-xml';
import { treeFiles, type TreeFile } from './source-tree';

/** Folders of input/ in which SUSHI and the IG Publisher look for them: https://fshschool.org/docs/sushi/project/#input-predefined-resources */
const RESOURCE_FOLDERS = ['capabilities', 'extensions', 'models', 'operations', 'profiles', 'resources', 'vocabulary', 'maps', 'testing', 'history', 'examples'];
/** Bytes beyond which a resource is given as a file only. */
const TOO_LARGE = 10_000_000;

export interface ResourceFile {
  readonly resource: Resource;
  readonly file: TreeFile;
  /** Whether it stands in input/examples. */
  readonly inExamples: boolean;
  /** Bytes of a resource that is too large to be read: of it only type and id are known, from the file's name. */
  readonly tooLarge?: number;
}

/** In the order of folders and names. */
export function readyMadeFiles(root: string, elementTable: ElementTable | undefined, findings: Finding[]): ResourceFile[] {
  return RESOURCE_FOLDERS.flatMap((folder) =>
    treeFiles(root, `input/${folder}`, findings)
      .filter(({ name }) => /\.(json|xml)$/.test(name))
      .flatMap((file) => readResourceFile(file, { file: file.shown, line: 1 }, elementTable, findings).map((read) => ({ ...read, inExamples: folder === 'examples' }))),
  );
}

/** @returns nothing for a file that holds no resource, and where it cannot be read, which is a finding */
export function readResourceFile(file: TreeFile, place: FindingLocation, elementTable: ElementTable | undefined, findings: Finding[]): Omit<ResourceFile, 'inExamples'>[] {
  if (file.size > TOO_LARGE) {
    findings.push({ severity: 'error', code: 'too-large', message: `${file.shown} has ${Math.round(file.size / 1_000_000)} MB, more than the ${TOO_LARGE / 1_000_000} MB that a page can show: it is given as a file only.`, location: { ...place, line: 1 }, source: 'site' });
    const [, resourceType, id] = /^([A-Z][A-Za-z]+)-(.+)\.(json|xml)$/.exec(basename(file.name)) ?? [];
    return resourceType === undefined || id === undefined ? [] : [{ resource: { resourceType, id }, file, tooLarge: file.size }];
  }
  try {
    const text = readFileSync(file.path, 'utf8');
    const value: unknown = file.name.endsWith('.xml') ? xmlResource(text, elementTable) : JSON.parse(text);
    return isResource(value) ? [{ resource: value, file }] : [];
  } catch (error) {
    findings.push({ severity: 'error', code: 'unreadable', message: `${file.shown} cannot be read: ${(error as Error).message}`, location: place, source: 'site' });
    return [];
  }
}

function xmlResource(text: string, elementTable: ElementTable | undefined): Resource | undefined {
  if (!text.includes('http://hl7.org/fhir')) return undefined;
  if (elementTable === undefined) throw new KnownError('no-element-table', 'XML can be read only for FHIR versions whose element table is there.');
  return fromXml(text, elementTable);
}
