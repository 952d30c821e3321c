/** Every fixture as it was sent in, what the server has made of it out: so many resources hold what no test would think of. https://hl7.org/fhir/R4/http.html#transactional-integrity */
import type { Resource } from '../../../core/fhir';
import { counted } from '../../../core/grammar';
import { isObject } from '../../../core/json';
import { resourceOf, shorten, succeeded } from '../../answer';
import type { TestContext } from '../../context';
import { noData, pass, warn } from '../../judge/judgements';
import { firstDifference } from '../../judge/same-content';
import type { Judgement, TestCase } from '../../test-case';

/** Elements that are told by name, and confirmed by a read. */
const TOLD = 5;
const LONGEST_VALUE = 60;

export const WRITE_FIXTURES_KEPT_TESTS: readonly TestCase[] = [
  {
    id: 'write.fixtures.kept',
    title: 'The fixtures come back as they were sent, each element of them',
    group: 'write',
    requirement: 'content-kept',
    needs: [],
    tags: ['write', 'create'],
    mode: 'write',
    // Before anything is changed, and without a request unless there is a difference: what was loaded is known anyway.
    run: fixturesKept,
  },
];

interface Difference {
  readonly reference: string;
  readonly sent: Resource;
  readonly path: string;
}

/** "servers SHOULD change the resource as little as possible": a warning, for they may. */
async function fixturesKept(context: TestContext): Promise<Judgement> {
  const { writing, writer, known } = context;
  if (writing === undefined || writer === undefined) return noData('Needed: --write.');
  const compared = [...writing.sent].flatMap(([reference, resource]) => {
    const held = known.index.get(reference);
    return held === undefined ? [] : [{ reference, held, sent: writer.tagged({ ...resource, id: held.id ?? '' }) }];
  });
  if (compared.length === 0) return noData('Needed: a server that takes fixtures, and shows them.');
  const byElement = new Map<string, Difference[]>();
  for (const { reference, held, sent } of compared) {
    const path = firstDifference(sent, held, known.index.base);
    if (path === undefined) continue;
    const element = path.replace(/\[\d+\]/g, '');
    byElement.set(element, [...(byElement.get(element) ?? []), { reference, sent, path }]);
  }
  const told: string[] = [];
  let decisive: Judgement['decisive'];
  for (const [element, differences] of [...byElement].sort(([, a], [, b]) => b.length - a.length)) {
    const [first] = differences;
    if (first === undefined || told.length === TOLD) break;
    // A search may show less than a read, which is the matter of other tests.
    const read = await context.read(first.reference);
    const now = succeeded(read) ? resourceOf(read) : undefined;
    if (now === undefined || firstDifference(first.sent, now, known.index.base) !== first.path) continue;
    decisive ??= read;
    told.push(`${element} in ${counted(differences.length, 'resource')} (of ${first.reference}, ${inWords(first.sent, first.path)} has become ${inWords(now, first.path)})`);
  }
  if (told.length === 0) return pass(`${counted(compared.length, 'fixture comes', 'fixtures come')} back as sent.`);
  const more = byElement.size > told.length ? `; ${byElement.size - told.length} elements more` : '';
  return warn(`Fixtures come back other than they were sent: ${told.join('; ')}${more}.`, decisive);
}

/** What stands at a path such as `ImagingStudy.series[0].uid`. */
function inWords(resource: Resource, path: string): string {
  let value: unknown = resource;
  for (const step of path.split(/[.[\]]+/).filter((part) => part !== '').slice(1)) value = Array.isArray(value) ? (value as unknown[])[Number(step)] : isObject(value) ? value[step] : undefined;
  return value === undefined ? 'nothing' : shorten(JSON.stringify(value), LONGEST_VALUE);
}
