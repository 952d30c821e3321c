/** Scenario files in, the records of all of them out, each with its type, id and place; double ids and types without a template are findings. */
import type { Finding } from '../core/finding';
import { allowedSentence } from '../core/nearest';
import { mistake, type Place, type SourceText } from './source-text';
import { kindOf, parseYaml, type YamlMapping, type YamlNode } from './yaml-tree';

/** One record of a scenario file: what becomes one resource. */
export interface RecordNode {
  readonly type: string;
  readonly id: string;
  readonly file: string;
  readonly node: YamlMapping;
}

/** Reads scenario files: a mapping of resource types to lists of records, and `about`, which is for the reader. */
export function readRecords(scenarios: readonly SourceText[], types: readonly string[]): { records: RecordNode[]; findings: Finding[] } {
  const findings: Finding[] = [];
  const records = scenarios.flatMap((source) => recordsOf(source, types, findings));
  const first = new Map<string, Place>();
  for (const { type, id, node } of records) {
    const earlier = first.get(`${type}/${id}`);
    if (earlier === undefined) first.set(`${type}/${id}`, node.place);
    else findings.push(mistake('duplicate-id', `${type}/${id} stands already in ${earlier.file}, line ${earlier.line}.`, node.place, `${type}/${id}`));
  }
  return { records, findings };
}

function recordsOf(source: SourceText, types: readonly string[], findings: Finding[]): RecordNode[] {
  const { tree, findings: found } = parseYaml(source);
  findings.push(...found);
  if (tree === undefined) return [];
  if (tree.kind !== 'mapping') {
    findings.push(mistake('wrong-type', `A scenario is a mapping of resource types to lists of records, not ${kindOf(tree)}.`, tree.place));
    return [];
  }
  return tree.entries.flatMap(({ key, keyPlace, value }) => {
    if (key === 'about') return [];
    if (!types.includes(key)) {
      findings.push(mistake('missing-template', `There is no template for "${key}" (templates/${key}.hbs). ${allowedSentence(key, ['about', ...types])}`, keyPlace));
      return [];
    }
    return listOf(value, key, findings).flatMap((node) => recordOf(node, key, source.file, findings));
  });
}

function listOf(node: YamlNode, type: string, findings: Finding[]): readonly YamlNode[] {
  if (node.kind === 'sequence') return node.items;
  findings.push(mistake('wrong-type', `${type} is a list of records, not ${kindOf(node)}.`, node.place));
  return [];
}

function recordOf(node: YamlNode, type: string, file: string, findings: Finding[]): RecordNode[] {
  const id = node.kind === 'mapping' ? node.entries.find(({ key }) => key === 'id')?.value : undefined;
  if (node.kind === 'mapping' && id?.kind === 'scalar' && id.text !== '') return [{ type, id: id.text, file, node }];
  findings.push(mistake('missing-key', `A record is a mapping with an id${node.kind === 'mapping' ? '' : `, not ${kindOf(node)}`}.`, node.place));
  return [];
}
