/** The results of a run and what each test's searches stand on in, the cause that lies behind results alike out: one root cause first, not forty rows. */
import type { Result } from '../core/result';
import { answerTrouble } from './answer-causes';

/** What the searches of a test stand on: `rule:token-not`, `parameter:ImagingStudy.modality`. */
export type Grounds = ReadonlyMap<string, ReadonlySet<string>>;

/** A rule or a parameter that is taken for the cause has to go wrong at least this often where it is used. */
const LEAST_SHARE = 0.25;
/** One result alone is explained by its own requirement. */
const LEAST_RESULTS = 2;
/** What an answer looks like explains results of several requirements, if so many have it. */
const LEAST_ALIKE = 3;

const BROKEN: readonly Result['verdict'][] = ['fail', 'warn'];

interface Ground {
  readonly key: string;
  readonly broken: ReadonlySet<string>;
  /** Share of the tests that stand on it and came out wrong. */
  readonly share: number;
}

/**
 * The results with a common cause where one rule or one parameter explains several: chosen one after another, each time the one that
 * explains the most that is not explained yet, and goes wrong most often where it is used. What nothing explains keeps what it has.
 * @param ruleOf the rule on which a result stands, as grounds name it; only rules that were themselves found broken can be causes
 * @param filters whether a parameter (`ImagingStudy.modality`) was seen to filter: of such a one it is not said that it does not, however many of its forms are passed over
 */
export function withRootCauses(results: readonly Result[], grounds: Grounds, ruleOf: (result: Result) => string | undefined, filters: (parameter: string) => boolean = () => false): Result[] {
  const broken = results.filter(({ verdict }) => BROKEN.includes(verdict));
  const rules = new Map(broken.flatMap((result) => { const rule = ruleOf(result); return rule === undefined ? [] : [[rule, result.requirement.text] as const]; }));
  const found = groundsOf(results, grounds, ruleOf).filter(({ key }) => key.startsWith('parameter:') || rules.has(key));
  // Where a test has itself seen that a broken rule lies behind what it found, nothing else explains it better.
  const broke = new Set(rules.values());
  const causes = new Map<string, string>([...broken.flatMap(({ id, cause }) => (cause !== undefined && broke.has(cause) ? [[id, cause] as const] : [])), ...alike(broken)]);
  const readings = readingsOf(broken, grounds);
  for (;;) {
    const best = found
      .map((ground) => ({ ground, left: [...ground.broken].filter((id) => !causes.has(id)) }))
      .filter(({ ground, left }) => left.length >= LEAST_RESULTS && (ground.share >= LEAST_SHARE || readings.has(ground.key)))
      .sort((a, b) => b.left.length * b.ground.share - a.left.length * a.ground.share)[0];
    if (best === undefined) break;
    const title = rules.get(best.ground.key) ?? readings.get(best.ground.key) ?? parameterTitle(best.ground.key, broken.filter(({ id }) => best.left.includes(id)), filters);
    for (const id of best.left) causes.set(id, title);
  }
  return results.map((result) => {
    const cause = causes.get(result.id);
    return cause === undefined ? result : { ...result, cause };
  });
}

/** Results whose answers are no answers to what was asked, all in the same way and of more than one requirement. */
function alike(broken: readonly Result[]): (readonly [string, string])[] {
  const members = new Map<string, Result[]>();
  for (const result of broken) {
    const trouble = answerTrouble(result);
    if (trouble !== undefined) members.set(trouble, [...(members.get(trouble) ?? []), result]);
  }
  return [...members].flatMap(([trouble, results]) => (results.length >= LEAST_ALIKE && new Set(results.map(({ requirement }) => requirement.id)).size > 1 ? results.map(({ id }) => [id, trouble] as const) : []));
}

/** Requirements that say which elements a parameter reads. */
const READINGS = /-imaging-(?:modality-path|endpoint-path|accession|series-uid|instance-uid)$/;

/** The parameters that read other elements than they should: whatever else is wrong with such a one comes of that. */
function readingsOf(broken: readonly Result[], grounds: Grounds): Map<string, string> {
  return new Map(broken.filter(({ requirement }) => READINGS.test(requirement.id)).flatMap(({ id, requirement }) =>
    [...(grounds.get(id) ?? [])].filter((key) => key.startsWith('parameter:')).map((key) => [key, requirement.text] as const)));
}

/** Every rule and parameter that some test stands on, with how it fares. */
function groundsOf(results: readonly Result[], grounds: Grounds, ruleOf: (result: Result) => string | undefined): Ground[] {
  const all = new Map<string, { broken: Set<string>; right: number }>();
  for (const result of results) {
    const isBroken = BROKEN.includes(result.verdict);
    if (!isBroken && result.verdict !== 'pass') continue;
    const own = isBroken ? ruleOf(result) : undefined;
    for (const key of new Set([...(grounds.get(result.id) ?? []), ...(own === undefined ? [] : [own])])) {
      const row = all.get(key) ?? { broken: new Set<string>(), right: 0 };
      all.set(key, row);
      if (isBroken) row.broken.add(result.id);
      else row.right += 1;
    }
  }
  return [...all].map(([key, { broken, right }]) => ({ key, broken, share: broken.size / (broken.size + right) }));
}

function parameterTitle(key: string, results: readonly Result[], filters: (parameter: string) => boolean): string {
  const name = key.slice('parameter:'.length);
  if (filters(name)) return `${name} is right in some of its forms only`;
  const idle = results.filter(({ cause }) => cause?.endsWith('does not filter') === true).length;
  return idle * 2 >= results.length ? `${name} does not filter` : `${name} does not find what it should`;
}
