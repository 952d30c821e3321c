/** What an author wants to begin and how the project is laid out in, the path and text of a good first file out. */
import { closest } from '../core/nearest';
import { KnownError } from '../core/known-error';
import type { RequiredValue } from './required-values';

/** What can be begun. `folder` is below input/fsh, where the project sorts its files by kind. */
export const STARTING_KINDS = {
  profile: { folder: 'profiles', keyword: 'Profile', name: /^[A-Z][A-Za-z0-9_]{0,254}$/, nameRule: 'a capital letter, then letters, digits and _ (https://hl7.org/fhir/R4/structuredefinition.html#sdf-0)' },
  example: { folder: 'examples', keyword: 'Instance', name: /^[A-Za-z0-9.-]{1,64}$/, nameRule: 'letters, digits, - and . (https://hl7.org/fhir/R4/datatypes.html#id)' },
  invariant: { folder: 'invariants', keyword: 'Invariant', name: /^[A-Za-z0-9.-]{1,64}$/, nameRule: 'letters, digits, - and . (https://hl7.org/fhir/R4/datatypes.html#id)' },
} as const;
export type StartingKind = keyof typeof STARTING_KINDS;

export interface ProjectLayout {
  /** FSH files with their texts, by path relative to input/fsh. */
  readonly fsh: readonly { readonly path: string; readonly text: string }[];
}

export interface StartingFile {
  /** Relative to the project. */
  readonly path: string;
  readonly text: string;
  /** What is left to do, a line each. */
  readonly next: readonly string[];
}

export interface StartingOptions {
  readonly kind: StartingKind;
  readonly name: string;
  /** Of a profile: what it is made of; of an example: what it is one of; of an invariant: the profile that is to obey it. */
  readonly of: string;
  /** Values that an example must have. */
  readonly required?: readonly RequiredValue[];
}

/** @throws KnownError `bad-name`, `already-defined` */
export function startingFile(options: StartingOptions, layout: ProjectLayout): StartingFile {
  const { kind, name } = options;
  const { keyword, name: allowed, nameRule } = STARTING_KINDS[kind];
  if (!allowed.test(name)) throw new KnownError('bad-name', `"${name}" cannot be the name of ${kind === 'profile' ? 'a profile' : `an ${kind}`}.`, `Allowed: ${nameRule}.`);
  const taken = layout.fsh.find(({ text }) => new RegExp(`^\\s*${keyword}:\\s*${name.replaceAll('.', '\\.')}\\s*$`, 'm').test(text));
  if (taken !== undefined) throw new KnownError('already-defined', `${keyword} ${name} is there already: input/fsh/${taken.path}.`, 'Choose another name, or edit that file.');
  const { text, next } = { profile, example, invariant }[kind](options, layout);
  return { path: `input/fsh/${folderOf(kind, layout)}${kebab(name)}.fsh`, text, next };
}

/** A project that keeps all its FSH in one folder goes on so. */
function folderOf(kind: StartingKind, { fsh }: ProjectLayout): string {
  const sorted = fsh.length === 0 || fsh.some(({ path }) => path.includes('/'));
  return sorted ? `${STARTING_KINDS[kind].folder}/` : '';
}

type Made = Pick<StartingFile, 'text' | 'next'>;

function profile({ name, of }: StartingOptions, { fsh }: ProjectLayout): Made {
  // What this guide's definitions say of themselves stands in a rule set; other guides name theirs otherwise or have none.
  const metadata = fsh.some(({ text }) => /^RuleSet:\s*ConformanceMetadata\s*$/m.test(text)) ? ['* insert ConformanceMetadata'] : [];
  return {
    text: lines([
      '// Why this profile exists, and whose rules it takes over.',
      `Profile: ${name}`,
      `Parent: ${of}`,
      `Id: ${kebab(name)}`,
      `Title: "${words(name)}"`,
      `Description: "What a ${of} is here, who writes it and who reads it."`,
      ...metadata,
      '// How rules look; take away what is not needed:',
      '// * element 1..1 MS',
      '// * element from SomeValueSet (required)',
      '// * element ^short = "What an implementer should know of it"',
      '// * obeys some-invariant',
    ]),
    next: ['Say in Description what the profile is for, and add its rules.', `Make an example of it: scout new example ${kebab(name)}-example --of ${name}`],
  };
}

function example({ name, of, required = [] }: StartingOptions): Made {
  return {
    text: lines([
      '// What this example shows that no other one does.',
      `Instance: ${name}`,
      `InstanceOf: ${of}`,
      'Usage: #example',
      `Title: "${words(name)}"`,
      'Description: "What this example shows."',
      ...required.map(({ path, value }) => `* ${path} = ${value}`),
    ]),
    next: ['Put true values in place of the first ones.', 'See what the official validator says: scout watch, or scout qa'],
  };
}

function invariant({ name, of }: StartingOptions): Made {
  return {
    text: lines([
      '// Why this rule exists, and what goes wrong where it is broken.',
      `Invariant: ${name}`,
      'Description: "What SHALL be so, in one sentence that an implementer understands."',
      'Severity: #error',
      '// FHIRPath, with the element that obeys the rule as its starting point: https://hl7.org/fhirpath/',
      'Expression: "$this.exists()"',
    ]),
    next: [`Have it obeyed, in ${of === '' ? 'a profile' : `the profile ${of}`}: * obeys ${name}`, 'Write the expression, and an example that breaks the rule: one that nothing can break may be written wrongly.'],
  };
}

/** The nearest name that the project or FHIR has, for a parent that does not exist. */
export function unknownParent(of: string, known: readonly string[]): KnownError {
  const near = closest(of, known);
  return new KnownError('unknown-parent', `There is no profile or resource ${of}.`, near === undefined ? 'Name a resource type, a profile of the project, or the URL of one of a dependency.' : `Did you mean ${near}?`);
}

function kebab(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').replaceAll('_', '-').toLowerCase();
}

function words(name: string): string {
  return kebab(name).split(/[-.]/).filter((word) => word !== '').map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
}

function lines(rows: readonly string[]): string {
  return `${rows.join('\n')}\n`;
}
