/** The embedded server with the guide's examples, reached without a socket; with planted faults and legal variants as wanted. */
import { join } from 'node:path';
import { FHIR_VERSIONS, type FhirVersionRecord } from '../../scripts/core/fhir-version';
import type { Resource } from '../../scripts/core/fhir';
import { generateExamples } from '../../scripts/generate/generate-examples';
import { loadSearchDefinitions } from '../../scripts/search/definitions';
import { behaviourWith, type Override } from '../../scripts/server/behaviour';
import { plantedBehaviour } from '../../scripts/server/planted';
import { createFhirServer, type FhirServer } from '../../scripts/server/server';
import type { Transport } from '../../scripts/tester/http/transport';

export const EMBEDDED = 'http://embedded.test/fhir';

let examples: Resource[] | undefined;

/** The generated examples; made once. */
export function exampleResources(): Resource[] {
  examples ??= generateExamples({ scenarioDir: join(__dirname, '../../input/scenarios') }).resources.map(({ resource }) => resource);
  return structuredClone(examples);
}

export interface Embedded {
  server: FhirServer;
  transport: Transport;
  requests: { method: string; url: string }[];
}

/** What an embedded server is to be otherwise than R4 at /fhir with the examples; resources are of its version. */
interface Wishes {
  faults?: string[];
  variants?: string[];
  resources?: Resource[];
  version?: FhirVersionRecord;
  basePath?: string;
  /** What is planted in it that has no id, instead of faults and variants. */
  overrides?: readonly Override[];
}

export function embedded({ faults = [], variants = [], resources = exampleResources(), version = FHIR_VERSIONS.R4, basePath = '/fhir', overrides }: Wishes = {}): Embedded {
  let ids = 0;
  let now = Date.UTC(2026, 0, 1);
  const server = createFhirServer({
    version,
    definitions: loadSearchDefinitions(version),
    resources,
    clock: () => new Date((now += 1000)),
    newId: () => `assigned-${(ids += 1)}`,
    basePath,
    behaviour: overrides === undefined ? plantedBehaviour(faults, variants) : behaviourWith(overrides),
  });
  const origin = new URL(EMBEDDED).origin;
  server.rebase(origin);
  const requests: Embedded['requests'] = [];
  const transport: Transport = ({ method, url, headers, body }) => {
    requests.push({ method, url });
    const lowered = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const { status, headers: answered, body: text } = server.handle({ method, url: url.slice(origin.length), headers: lowered, ...(body === undefined ? {} : { body }) });
    return Promise.resolve({ status, headers: { ...answered }, body: text });
  };
  return { server, transport, requests };
}
