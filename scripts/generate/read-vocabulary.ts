/** codes.yaml in, names for codes and code systems out: scenarios say `bodySite: chest`, resources get the Coding. */
import type { Finding } from '../core/finding';
import { CODE_SHAPE, toEntry, type CodeEntry, type CodeText, type Vocabulary } from './code-entry';
import { readValue } from './read-value';
import { mistake } from './source-text';
import { kindOf, type YamlNode } from './yaml-tree';

/** Reads `systems:` (name to URL) and `groups:` (group, name, code). */
export function readVocabulary(root: YamlNode): { vocabulary: Vocabulary; findings: Finding[] } {
  const findings: Finding[] = [];
  const systems = new Map<string, string>();
  const groups = new Map<string, Map<string, CodeEntry>>();
  const vocabulary: Vocabulary = { systems, groups };
  for (const { key, keyPlace, value } of entriesOf(root, findings)) {
    if (key === 'systems') {
      for (const system of entriesOf(value, findings)) {
        const url = readValue({ kind: 'simple', type: 'uri' }, system.value, { vocabulary, findings, path: `systems.${system.key}` });
        if (typeof url === 'string') systems.set(system.key, url);
      }
    } else if (key !== 'groups') {
      findings.push(mistake('unknown-key', `"${key}" is not read from codes.yaml. Allowed: systems, groups.`, keyPlace));
    }
  }
  const named = entriesOf(root, []).find(({ key }) => key === 'groups');
  for (const group of named === undefined ? [] : entriesOf(named.value, findings)) {
    const entries = new Map<string, CodeEntry>();
    groups.set(group.key, entries);
    for (const { key, value } of entriesOf(group.value, findings)) {
      const path = `groups.${group.key}.${key}`;
      const code = readValue({ kind: 'object', shape: CODE_SHAPE }, value, { vocabulary, findings, path }) as CodeText | undefined;
      if (code !== undefined) entries.set(key, toEntry(code));
    }
  }
  return { vocabulary, findings };
}

function entriesOf(node: YamlNode, findings: Finding[]) {
  if (node.kind === 'mapping') return node.entries;
  findings.push(mistake('wrong-type', `A mapping was expected, not ${kindOf(node)}.`, node.place));
  return [];
}
