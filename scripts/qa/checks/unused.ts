/** What the guide defines and nothing in it uses: value sets, code systems, extensions, FSH invariants and rule sets. */
import { localReference, type Resource } from '../../core/fhir';
import { placeOf, type QaCheck, type QaFault, type QaGuide } from '../qa-guide';

const USABLE = new Set(['ValueSet', 'CodeSystem']);

export const unused: QaCheck = {
  id: 'unused',
  title: 'Unused artifacts',
  about: 'What is defined is used by another definition or an example.',
  run(guide) {
    return [...unusedResources(guide), ...unusedInFsh(guide)];
  },
};

function unusedResources(guide: QaGuide): QaFault[] {
  const all = [...guide.definitions.filter(({ resourceType }) => resourceType !== 'ImplementationGuide'), ...guide.examples.map(({ resource }) => resource)];
  const usedBy = new Map<string, Set<Resource>>();
  for (const resource of all) {
    for (const text of textsIn(resource)) {
      const [url = text] = text.split('|');
      usedBy.set(url, (usedBy.get(url) ?? new Set()).add(resource));
    }
  }
  return guide.definitions.flatMap((resource): QaFault[] => {
    const extension = resource.resourceType === 'StructureDefinition' && resource['type'] === 'Extension' && resource['derivation'] === 'constraint';
    if (!USABLE.has(resource.resourceType) && !extension) return [];
    const users = [...(usedBy.get(String(resource['url'])) ?? [])].filter((user) => user !== resource);
    const reference = localReference(resource) ?? resource.resourceType;
    return users.length > 0 ? [] : [{ severity: 'warning', message: `${reference} is used by no other definition and by no example.`, location: placeOf(guide, reference) }];
  });
}

/** Every string in a resource, the narrative left out: what it names, it uses. */
function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const part of value) yield* textsIn(part);
  else if (typeof value === 'object' && value !== null) for (const [name, part] of Object.entries(value)) if (name !== 'text' || typeof part === 'string') yield* textsIn(part);
}

/** What FSH has only for itself leaves no resource behind, so it is looked for in the text. */
function unusedInFsh({ fsh, definitions }: QaGuide): QaFault[] {
  const keys = new Set(definitions.flatMap((resource) => constraintKeys(resource)));
  const inserted = new Set(fsh.flatMap(({ text }) => [...text.matchAll(/\binsert\s+([\w.-]+)/g)].map(([, name]) => name)));
  return fsh.flatMap(({ file, text }) =>
    [...text.matchAll(/^[ \t]*(Invariant|RuleSet):[ \t]*([\w.-]+)/gm)].flatMap(([, kind, name = ''], index, matches): QaFault[] => {
      const used = kind === 'Invariant' ? keys.has(name) : inserted.has(name);
      const line = text.slice(0, matches[index]?.index ?? 0).split('\n').length;
      return used ? [] : [{ severity: 'warning', message: `${kind} ${name} is used nowhere.`, location: { file, line } }];
    }),
  );
}

function constraintKeys({ differential }: Resource): string[] {
  const elements = (differential as { element?: { constraint?: { key: string }[] }[] } | undefined)?.element ?? [];
  return elements.flatMap(({ constraint = [] }) => constraint.map(({ key }) => key));
}
