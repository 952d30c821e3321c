/** Tests, their results and what was seen on the way in, the table of declared, echoed and done out. https://hl7.org/fhir/R4/search.html#conformance */
import type { FhirVersionRecord } from '../core/fhir-version';
import type { HonestyRow, Known, Result } from '../core/result';
import type { Declared } from './discovery/declared';
import type { HonestyLedger, Sight } from './honesty-ledger';
import { searchRuleOf } from './requirements';
import type { TestCase } from './test-case';
import { parameterTestId } from './tests/search/shape';

export interface HonestyInput {
  readonly tests: readonly TestCase[];
  readonly results: readonly Result[];
  readonly declared: Declared;
  readonly ledger: HonestyLedger;
  readonly version: FhirVersionRecord;
}

/** Results named in a row at most. */
const NAMED = 5;

/** A row for each search parameter and interaction that is declared on a tested type, and for each that was tried without being declared. */
export function honestyTable(input: HonestyInput): HonestyRow[] {
  const types = [...new Set(input.tests.flatMap(({ resourceType }) => resourceType ?? []))].filter((type) => input.declared.types.has(type));
  const about = resultsByParameter(input.results);
  const users = usersOf(input);
  const rows = [...types.flatMap((type) => [...parameterRows(input, about, type), ...interactionRows(input, users, type)]), ...systemRows(input, users)];
  // What is neither declared nor there is as it should be.
  return rows.filter(({ declared, filters, right }) => declared || filters === 'yes' || right === 'yes');
}

/** Results by the parameter that they are about, `search.imagingstudy.modality`. */
function resultsByParameter(results: readonly Result[]): Map<string, Result[]> {
  return grouped(results.map((result): [string, Result] => [result.id.split('.').slice(0, 3).join('.'), result]));
}

/** Results of the tests that use an interaction, by type and interaction: those with the fewest needs, which are most about it, come first. */
function usersOf({ tests, results }: HonestyInput): Map<string, Result[]> {
  const verdicts = new Map(results.map((result) => [result.id, result]));
  const uses = [...tests].sort((a, b) => a.needs.length - b.needs.length).flatMap(({ id, needs }) => {
    const result = verdicts.get(id);
    const names = new Set(needs.flatMap((need) => (need.kind === 'interaction' ? userKey(need.type, need.interaction) : need.kind === 'system-interaction' ? userKey(SYSTEM, need.interaction) : [])));
    return result === undefined ? [] : [...names].map((name): [string, Result] => [name, result]);
  });
  return grouped(uses);
}

const SYSTEM = 'system';

function userKey(type: string, interaction: string): string {
  return `${type} ${interaction}`;
}

function grouped<T>(pairs: readonly (readonly [string, T])[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const [key, value] of pairs) {
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}

function parameterRows({ declared, ledger, version }: HonestyInput, about: ReadonlyMap<string, readonly Result[]>, type: string): HonestyRow[] {
  const ruleOf = searchRuleOf(version);
  const names = new Set([...(declared.types.get(type)?.searchParams.keys() ?? []), ...ledger.names(type).filter((name) => !isInteraction(name))]);
  return [...names].map((name): HonestyRow => {
    const sights = ledger.of(type, name);
    const seen = [...sights.values()];
    const own = about.get(parameterTestId(type, name)) ?? [];
    const wrong = [...own.filter((result) => result.verdict === 'fail' && ruleOf(result)?.ofModifiers !== true).map(({ id }) => id), ...testsThat(sights, ({ right }) => right === false)];
    const well = [...testsThat(sights, ({ right }) => right === true), ...own.filter(({ verdict }) => verdict === 'pass').map(({ id }) => id)];
    return {
      kind: 'parameter',
      type,
      name,
      declared: declared.searchParam(type, name),
      echoed: known(seen.some(({ echoed }) => echoed === false) ? false : seen.some(({ echoed }) => echoed === true) ? true : undefined),
      filters: known(seen.some(({ filters }) => filters === true) ? true : seen.some(({ filters }) => filters === false) ? false : undefined),
      right: known(wrong.length > 0 ? false : well.length > 0 ? true : undefined),
      results: [...new Set(wrong.length > 0 ? wrong : well)].slice(0, NAMED),
    };
  });
}

function interactionRows({ declared, ledger }: HonestyInput, users: ReadonlyMap<string, readonly Result[]>, type: string): HonestyRow[] {
  const codes = new Set([...(declared.types.get(type)?.interactions ?? []), ...ledger.names(type).filter(isInteraction).map(codeOf)]);
  return [...codes].map((code) => interactionRow(type, code, declared.interaction(type, code), users.get(userKey(type, code)) ?? [], ledger.of(type, interactionName(code))));
}

function systemRows({ declared }: HonestyInput, users: ReadonlyMap<string, readonly Result[]>): HonestyRow[] {
  return [...declared.systemInteractions].map((code) => interactionRow(SYSTEM, code, true, users.get(userKey(SYSTEM, code)) ?? [], new Map()));
}

function interactionRow(type: string, name: string, isDeclared: boolean, about: readonly Result[], sights: ReadonlyMap<string, Sight>): HonestyRow {
  const well = [...about.filter(({ verdict }) => verdict === 'pass').map(({ id }) => id), ...testsThat(sights, ({ right }) => right === true)];
  const wrong = [...about.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id), ...testsThat(sights, ({ right }) => right === false)];
  // What fails in one way of using it may be the fault of that way; what works in none does not work.
  const works = well.length > 0 ? true : wrong.length > 0 ? false : undefined;
  return { kind: 'interaction', type, name, declared: isDeclared, right: known(works), results: [...new Set(works === true ? well : wrong)].slice(0, NAMED) };
}

function testsThat(sights: ReadonlyMap<string, Sight>, is: (sight: Sight) => boolean): string[] {
  return [...sights].filter(([, sight]) => is(sight)).map(([test]) => test);
}

function known(value: boolean | undefined): Known {
  return value === undefined ? 'not known' : value ? 'yes' : 'no';
}

const INTERACTION = 'interaction ';

/** The name under which the ledger keeps an interaction: no parameter has a space in it. */
export function interactionName(code: string): string {
  return `${INTERACTION}${code}`;
}

function isInteraction(name: string): boolean {
  return name.startsWith(INTERACTION);
}

function codeOf(name: string): string {
  return name.slice(INTERACTION.length);
}
