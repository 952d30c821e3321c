/** A generated set in, the same set in another FHIR version out: converted, with what validators say of the bad examples there. */
import { existsSync, readFileSync } from 'node:fs';
import type { ModelVersion } from '../core/element-model';
import { localReference, type Resource } from '../core/fhir';
import { KnownError } from '../core/known-error';
import { convert } from '../convert/convert';
import type { BadExample, ExpectedFinding } from './bad-examples';
import { NO_CODES } from './code-entry';
import type { GeneratedResource, GeneratedSet } from './generate-examples';
import { readObject } from './read-value';
import { shapeOf } from './shape';
import { parseYaml } from './yaml-tree';

/** What is expected of a bad example in the other version, where it is not the same as in R4. */
export interface OtherExpectation {
  readonly id: string;
  /** Absent where the example is left out. */
  readonly expect?: readonly ExpectedFinding[];
  /** Why the example breaks nothing in the other version. */
  readonly leftOut?: string;
}

const SHAPE = shapeOf({ id: 'id!', expect: [{ rule: 'text!', severity: 'oneOf(fatal, error, warning, information) = error', path: 'text' }], leftOut: 'text' });

/** Reads `bad-expectations.yaml` of a guide's twin; none where there is no such file. @throws KnownError `bad-expectations` */
export function readExpectations(file: string): OtherExpectation[] {
  if (!existsSync(file)) return [];
  const { tree, findings: parsed } = parseYaml({ file, text: readFileSync(file, 'utf8') });
  const findings = [...parsed];
  const rows = tree?.kind === 'sequence' ? tree.items.map((node) => readObject(SHAPE, node, { vocabulary: NO_CODES, findings, path: '' }) as unknown as OtherExpectation) : [];
  const [first] = findings;
  if (first !== undefined) throw new KnownError('bad-expectations', `${file}, line ${first.location?.line ?? 1}: ${first.message}`);
  return rows.map(({ id, expect, leftOut }) => ({ id, ...(expect === undefined ? {} : { expect: expect.map(withoutAbsent) }), ...(leftOut === undefined ? {} : { leftOut }) }));
}

function withoutAbsent({ rule, severity, path }: ExpectedFinding): ExpectedFinding {
  return path === undefined ? { rule, severity } : { rule, severity, path };
}

/** What a guide's twin has beside the scenarios. */
export interface TwinSources {
  readonly expectations?: readonly OtherExpectation[];
  /** Examples that only the other version can say, referenced ones first. */
  readonly onlyHere?: readonly GeneratedResource[];
}

/**
 * The set in another version; the scenarios are those of R4.
 * @throws KnownError `unknown-bad-example` for an expectation of an example that there is not, `example-twice` for one that the scenarios have too
 */
export function inVersion(set: GeneratedSet, to: ModelVersion, { expectations = [], onlyHere = [] }: TwinSources = {}): GeneratedSet {
  const stray = expectations.find(({ id }) => !set.bad.some((example) => example.id === id));
  if (stray !== undefined) throw new KnownError('unknown-bad-example', `There is no bad example ${stray.id}.`, 'Take its row out of the expectations.');
  const known = new Set(set.resources.map(({ resource }) => localReference(resource)));
  const twice = onlyHere.find(({ resource }) => known.has(localReference(resource)));
  if (twice !== undefined) throw new KnownError('example-twice', `${twice.file} has the id of an example of the scenarios.`, 'Give it another id.');
  const findings = [...set.findings];
  const converted = (resource: Resource) => convert([resource], '4.0', to).resources[0] ?? resource;
  const resources = set.resources.map(({ resource, file }) => {
    const result = convert([resource], '4.0', to);
    findings.push(...result.findings.map((finding) => ({ ...finding, location: { file, ...finding.location } })));
    return { resource: result.resources[0] ?? resource, file };
  });
  const bad = set.bad.flatMap((example): BadExample[] => {
    const other = expectations.find(({ id }) => id === example.id);
    if (other?.leftOut !== undefined) return [];
    return [{ ...example, resource: converted(example.resource), context: example.context.map(converted), expect: other?.expect ?? example.expect }];
  });
  return { ...set, resources: [...resources, ...onlyHere], bad, findings };
}
