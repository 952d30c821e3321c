/** The guide's generated examples in, a foreign server that holds them out. */
import { join } from 'node:path';
import { isBundle, type Bundle, type Resource } from '../../scripts/core/fhir';
import { packageRoot } from '../../scripts/core/package-root';
import { isError } from '../../scripts/core/finding';
import { generateExamples } from '../../scripts/generate/generate-examples';

/** The good examples, referenced ones first. @throws Error when the scenarios have mistakes */
export function examples(): Resource[] {
  const { resources, findings } = generateExamples({ scenarioDir: join(packageRoot(), 'input', 'scenarios') });
  const mistakes = findings.filter(isError);
  if (mistakes.length > 0) throw new Error(`The scenarios have ${mistakes.length} mistakes: ${mistakes[0]?.message}`);
  return resources.map(({ resource }) => resource);
}

/** Puts the resources under their own ids by one transaction. @throws Error with what the server said */
export async function putAll(base: string, resources: readonly Resource[]): Promise<void> {
  const bundle: Bundle = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map((resource) => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } })),
  };
  const response = await fetch(base, {
    method: 'POST',
    headers: { 'Content-Type': 'application/fhir+json', Accept: 'application/fhir+json' },
    body: JSON.stringify(bundle),
    signal: AbortSignal.timeout(120_000),
  });
  const text = await response.text();
  const answer: unknown = response.ok ? JSON.parse(text) : undefined;
  const stored = isBundle(answer) ? (answer.entry ?? []).filter((entry) => /^20[01]/.test(entry.response?.status ?? '')).length : 0;
  if (stored !== resources.length) throw new Error(`${base} took ${stored} of ${resources.length} resources; it answered ${response.status}: ${text.slice(0, 1000)}`);
}
