/** A transport in, the same with answers that a seed bends out: values of any kind anywhere, statuses, headers and texts that no server should send. */
import type { HttpResponse } from '../../scripts/core/result';
import type { Transport } from '../../scripts/tester/http/transport';

export type Random = () => number;

/** Numbers from 0 to below 1 that a seed determines (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
const nested = (levels: number): unknown => (levels === 0 ? {} : { a: [nested(levels - 1)] });

/** What stands anywhere instead of what belongs there. */
const ODD: readonly unknown[] = [
  null, 0, 7.5, -1, 1e300, true, false, '', ' ', 'x', [], [null], [[]], [7], [''], ['x'], [{}], {}, { a: null }, { toString: null }, [{ toString: null }], { length: 3 }, 'x'.repeat(20_000), nested(100),
  'Patient/../x?y#z', '%', '%E0%A4%A', 'http://[', '\u0000\ud800', '2020-13-45', '__proto__', 'constructor',
];
/** Elements that tests read by name. */
const NAMES = [
  'resourceType', 'id', 'meta', 'versionId', 'lastUpdated', 'tag', 'profile', 'entry', 'link', 'relation', 'url', 'search', 'mode', 'fullUrl', 'resource', 'request', 'method', 'response', 'status', 'location', 'etag',
  'lastModified', 'outcome', 'issue', 'severity', 'code', 'details', 'diagnostics', 'text', 'div', 'identifier', 'value', 'system', 'subject', 'reference', 'series', 'instance', 'uid', 'modality', 'started', 'total', 'type',
  'coding', 'extension', 'endpoint', 'name', 'given', 'family', 'contained', 'number', 'description', 'rest', 'interaction', 'searchParam', 'versioning', 'component', 'valueQuantity',
];
const STATUSES = [199, 200, 201, 202, 204, 206, 299, 300, 304, 306, 400, 404, 405, 406, 409, 410, 412, 422, 499, 500, 501, 599, 600, 999];
const HEADERS: readonly (readonly [string, readonly string[]])[] = [
  ['etag', ['', '1', 'W/"', 'W/""', '"x"', 'W/1', `W/"${'x'.repeat(300)}"`]],
  ['location', ['', '/', '?', 'http://[', 'http://elsewhere.test/x', 'Patient', '//', '../..', 'Patient/1/_history/', '%', 'urn:uuid:x']],
  ['content-type', ['', 'x', ';', 'application/fhir+xml', 'text/html', 'application/fhir+json; charset=nonsense', 'multipart/mixed']],
  ['last-modified', ['', 'x', 'Thu, 99 Foo 2020', '2020-01-01', 'Fri, 31 Dec 9999 23:59:59 GMT']],
  ['x-odd', ['x'.repeat(10_000)]],
];
const TEXTS: readonly ((body: string) => string)[] = [
  () => '', () => 'null', () => '[]', () => '7', () => '"x"', () => '<html></html>', () => '{"resourceType":null}', () => '{"resourceType":"constructor","id":"x"}', () => '{"resourceType":"Bundle"}',
  () => '{"resourceType":"OperationOutcome","issue":[null,7,[]]}', (body) => `\ufeff${body}`, (body) => body.slice(0, body.length / 2), (body) => body + body, (body) => body.replace('{', '{"id":null,'),
  (body) => body.replace(/}$/, `,"x":${'['.repeat(5000)}${']'.repeat(5000)}}`), (body) => body.replace(/:"/g, ':"\\u0000'), (body) => body.replace(/:(\d+)/g, ':1e400'),
];

/** What a seed does to answers; probabilities, 0 where it does nothing of the kind. */
interface Plan {
  readonly elements: readonly { readonly name: string; readonly value: unknown; readonly often: number }[];
  readonly values: number;
  readonly lost: number;
  readonly statuses: number;
  readonly headers: number;
  readonly texts: number;
}

function planOf(random: Random): Plan {
  const byName = random() < 0.6;
  return {
    elements: Array.from({ length: byName ? 1 + Math.floor(random() * 3) : 0 }, () => ({ name: pick(random, NAMES), value: pick(random, ODD), often: pick(random, [1, 0.5, 0.1]) })),
    values: byName ? 0 : pick(random, [0.0025, 0.025, 0.125]),
    lost: random() < 0.2 ? pick(random, [0.01, 0.1]) : 0,
    statuses: random() < 0.2 ? pick(random, [0.02, 0.2]) : 0,
    headers: random() < 0.3 ? pick(random, [0.025, 0.25]) : 0,
    texts: random() < 0.15 ? pick(random, [0.02, 0.2]) : 0,
  };
}

function bent(value: unknown, random: Random, plan: Plan, name = ''): unknown {
  const rule = plan.elements.find((row) => row.name === name && random() < row.often);
  if (rule !== undefined) return rule.value;
  if (random() < plan.values) return pick(random, ODD);
  const kept = <T>(items: readonly T[]) => items.filter(() => random() >= plan.lost);
  if (Array.isArray(value)) {
    const items = kept(value as unknown[]).map((item) => bent(item, random, plan, name));
    return random() < plan.lost ? [...items, ...items.slice(-1)] : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(kept(Object.entries(value)).map(([key, inner]) => [key, bent(inner, random, plan, key)]));
}

/** The statement is spared: without it there is no run. */
export function hostile(transport: Transport, seed: number): Transport {
  const random = seeded(seed);
  const plan = planOf(random);
  return async (request, limits) => {
    const answer: HttpResponse = await transport(request, limits);
    if (request.url.endsWith('/metadata')) return answer;
    let { status, body } = answer;
    const headers = { ...answer.headers };
    if (body.startsWith('{')) body = JSON.stringify(bent(JSON.parse(body), random, plan)) ?? '';
    if (random() < plan.texts) body = pick(random, TEXTS)(body);
    if (random() < plan.statuses) status = pick(random, STATUSES);
    for (const [name, values] of HEADERS) if (random() < plan.headers) headers[name] = pick(random, values);
    for (const name of Object.keys(headers)) if (random() < plan.headers / 2) delete headers[name];
    return { status, headers, body };
  };
}
