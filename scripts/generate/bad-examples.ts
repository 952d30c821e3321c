/** bad/*.yaml and the good examples in, resources that each break one rule out, with the finding that a validator must make of them. */
import { applyPatch, type Operation } from 'fast-json-patch';
import type { Finding } from '../core/finding';
import { localReference, type IssueSeverity, type Resource } from '../core/fhir';
import { allowedSentence } from '../core/nearest';
import { NO_CODES } from './code-entry';
import { readObject } from './read-value';
import { referencedClosure } from './reference-order';
import { shapeOf } from './shape';
import { mistake, type Place, type SourceText } from './source-text';
import { kindOf, parseYaml, type YamlNode } from './yaml-tree';

/** What a validator must say about a bad example. All errors are listed, so that one more is a mistake; of warnings, only those that matter. */
export interface ExpectedFinding {
  /** Invariant key (`ist-3`) or the validator's message id (`Validation_VAL_Profile_Minimum`). */
  readonly rule: string;
  readonly severity: IssueSeverity;
  /** FHIRPath of the element; absent where it does not matter. */
  readonly path?: string;
}

export interface BadExample {
  readonly id: string;
  /** `Type/id` of the good example that it was made from. */
  readonly base: string;
  /** What is wrong, in one sentence. */
  readonly about: string;
  readonly resource: Resource;
  /** What was done to the base (https://www.rfc-editor.org/rfc/rfc6902). */
  readonly patch: readonly Operation[];
  readonly expect: readonly ExpectedFinding[];
  /** The good resources that it refers to, directly or through others. */
  readonly context: readonly Resource[];
  /** The file that states it. */
  readonly file: string;
}

const SHAPE = shapeOf({
  id: 'id!',
  base: 'text!',
  about: 'text!',
  patch: [{ op: 'oneOf(add, remove, replace, move, copy, test)!', path: 'text!', from: 'text', value: 'json' }],
  expect: [{ rule: 'text!', severity: 'oneOf(fatal, error, warning, information) = error', path: 'text' }],
});

interface BadRecord {
  id: string;
  base: string;
  about: string;
  patch?: { op: string; path: string; from?: string; value?: unknown }[];
  expect?: ExpectedFinding[];
}

export function readBadExamples(files: readonly SourceText[], good: readonly Resource[]): { bad: BadExample[]; findings: Finding[] } {
  const findings: Finding[] = [];
  const placed = files.flatMap((source) => {
    const { tree, findings: found } = parseYaml(source);
    findings.push(...found);
    return itemsOf(tree, findings).map((node) => ({ node, file: source.file }));
  });
  const first = new Map<string, Place>();
  const bad = placed.flatMap(({ node, file }): BadExample[] => {
    const before = findings.length;
    const record = readObject(SHAPE, node, { vocabulary: NO_CODES, findings, path: '' }) as unknown as BadRecord | undefined;
    if (record === undefined || findings.length > before) return [];
    const earlier = first.get(record.id);
    first.set(record.id, node.place);
    if (earlier !== undefined) findings.push(mistake('duplicate-id', `The bad example ${record.id} stands already in ${earlier.file}, line ${earlier.line}.`, node.place));
    const operations = (record.patch ?? []).map(operationOf);
    const resource = patched(record, operations, node, good, findings);
    if (resource === undefined) return [];
    const { id, base, about, expect = [] } = record;
    return [{ id, base, about, resource, patch: operations, expect: expect.map(withoutAbsent), context: referencedClosure(resource, good), file }];
  });
  return { bad, findings };
}

function itemsOf(tree: YamlNode | undefined, findings: Finding[]): readonly YamlNode[] {
  if (tree === undefined) return [];
  if (tree.kind === 'sequence') return tree.items;
  findings.push(mistake('wrong-type', `Bad examples are a list, not ${kindOf(tree)}.`, tree.place));
  return [];
}

function withoutAbsent({ rule, severity, path }: ExpectedFinding): ExpectedFinding {
  return path === undefined ? { rule, severity } : { rule, severity, path };
}

function operationOf(stated: object): Operation {
  return Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined)) as unknown as Operation;
}

/** The base example under an id of its own, with the operations applied. */
function patched({ id, base }: BadRecord, operations: readonly Operation[], node: YamlNode, good: readonly Resource[], findings: Finding[]): Resource | undefined {
  const original = good.find((resource) => localReference(resource) === base);
  if (original === undefined) {
    const known = good.flatMap((resource) => localReference(resource) ?? []);
    findings.push(mistake('unknown-reference', `base: there is no example ${base}. ${allowedSentence(base, known)}`, placeOf(node, 'base')));
    return undefined;
  }
  const named = { ...structuredClone(original), id };
  for (const [i, operation] of operations.entries()) {
    try {
      applyPatch(named, [operation], true);
    } catch (error) {
      const said = (error as Error).message.split('\n')[0] ?? 'it does not apply';
      findings.push(mistake('bad-patch', `patch[${i}]: ${operation.op} ${operation.path}: ${said} (base ${base}).`, placeOf(node, 'patch', i)));
      return undefined;
    }
  }
  return named;
}

function placeOf(node: YamlNode, key: string, index?: number): Place {
  const value = node.kind === 'mapping' ? node.entries.find((entry) => entry.key === key)?.value : undefined;
  if (value === undefined) return node.place;
  return (value.kind === 'sequence' && index !== undefined ? value.items[index]?.place : undefined) ?? value.place;
}
