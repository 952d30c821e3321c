/**
 * A kind of change by criteria in, whether it may be sent out: a server that passes over criteria would change or delete what is not the run's.
 * Where it holds such resources, the change is tried first on a type of which it holds none.
 */
import { localReference, type Resource } from '../../core/fhir';
import { answerInWords, resourceOf, succeeded } from '../answer';
import type { TestContext } from '../context';
import { encodePairs } from '../gather/query';
import { linkOf, totalOf } from '../gather/search-answer';
import { fail, noData } from '../judge/judgements';
import type { Judgement } from '../test-case';
import { lookUntil } from './look-until';
import { isOwn, TEST_IDENTIFIER_SYSTEM } from './own';
import { madeBy, type Writer } from './writer';

export type CriteriaChange = 'update' | 'delete';

/** Small resources with an identifier and little else, of types that are seldom used. */
const SELDOM: readonly Resource[] = [
  { resourceType: 'Person' },
  { resourceType: 'Account', status: 'active' },
  { resourceType: 'HealthcareService', comment: 'Scouttest' },
  { resourceType: 'Library', status: 'draft', type: { text: 'Scouttest' } },
  { resourceType: 'Location', name: 'Scouttest' },
  { resourceType: 'PractitionerRole', active: true },
  { resourceType: 'Organization', name: 'Scouttest' },
  { resourceType: 'Practitioner', active: true },
];

/**
 * What speaks against a change of a type by criteria; undefined where nothing does. Each kind of change is rehearsed once in a run.
 * @param writer sends without asking here
 * @returns a failure where the rehearsal shows that criteria are passed over, `no-data` where it cannot be held
 */
export async function againstCriteria(context: TestContext, writer: Writer, change: CriteriaChange, type: string): Promise<Judgement | undefined> {
  if (await holdsOnlyOwn(context, writer, type)) return undefined;
  const { rehearsed } = context.writing ?? {};
  const rehearsal = rehearsed?.get(change) ?? rehearse(context, writer, change, type);
  rehearsed?.set(change, rehearsal);
  return rehearsal;
}

async function holdsOnlyOwn(context: TestContext, writer: Writer, type: string): Promise<boolean> {
  const { trouble, pages, matches } = await context.search(type, [], { firstPageOnly: true });
  const [page] = pages;
  if (trouble !== undefined || page === undefined || linkOf(page.bundle, 'next') !== undefined) return false;
  return matches.every((resource) => isOwn(resource, localReference(resource) ?? '', writer.tag)) && (totalOf(page.bundle) ?? 0) <= matches.length;
}

async function rehearse(context: TestContext, writer: Writer, change: CriteriaChange, wanted: string): Promise<Judgement | undefined> {
  const there = `${wanted} resources are there that are not this run's`;
  const model = await emptyType(context, change);
  if (model === undefined) return noData(`Needed: a type with ${change} by criteria of which the server holds nothing. ${there}, and a server that passes over criteria would ${change} them: that is tried elsewhere first.`);
  const type = model.resourceType;
  const untried = (why: string, exchange: NonNullable<Judgement['decisive']>) => noData(`${why} ${there}, and a server that passes over criteria would ${change} them: it was not tried.`, exchange);
  const fresh = (): Resource => writer.inVersion({ ...model, identifier: [{ system: TEST_IDENTIFIER_SYSTEM, value: writer.newId('rehearsal') }] });
  const valueOf = ({ identifier }: Resource) => (identifier as { value: string }[])[0]?.value ?? '';
  const [other, meant] = [fresh(), fresh()];
  const made = await writer.create(other);
  const kept = madeBy(made, context.client.base)[0];
  if (kept === undefined) return untried(`A create of ${type}, on which it was to be tried, is answered by ${answerInWords(made)}.`, made);
  const query = encodePairs([['identifier', `${TEST_IDENTIFIER_SYSTEM}|${valueOf(meant)}`]]);
  if (change === 'delete') {
    const second = await writer.create(meant);
    if (!(await isFound(context, type, valueOf(meant)))) return untried(`${type}?${query} does not find what was created.`, second);
  }
  const exchange = change === 'delete' ? await writer.remove(`${type}?${query}`) : await writer.update(meant, { query });
  const read = await context.read(kept, { fresh: true });
  const now = succeeded(read) ? resourceOf(read) : undefined;
  const untouched = now !== undefined && JSON.stringify(now['identifier'] ?? '').includes(valueOf(other));
  if (!untouched && read.response !== undefined) return fail(`${exchange.request.method} ${type}?${query} has ${change}d ${kept} too, which does not meet the criteria (it is answered by ${answerInWords(read)}).`, exchange);
  return succeeded(exchange) ? undefined : untried(`Tried on ${type}, ${change} by criteria is answered by ${answerInWords(exchange)}.`, exchange);
}

async function isFound(context: TestContext, type: string, value: string): Promise<boolean> {
  const look = () => context.search(type, [['identifier', `${TEST_IDENTIFIER_SYSTEM}|${value}`]], { fresh: true });
  const { matches } = await lookUntil(look, (answer) => answer.matches.length > 0, context.pause);
  return matches.length > 0;
}

/** The first type that can be written to and changed by criteria, and of which a search finds nothing. */
async function emptyType(context: TestContext, change: CriteriaChange): Promise<Resource | undefined> {
  const { declared } = context;
  for (const model of SELDOM) {
    const type = model.resourceType;
    const row = declared.types.get(type);
    const byCriteria = change === 'delete' ? row !== undefined && row.conditionalDelete !== 'not-supported' : row?.conditionalUpdate === true;
    if (!byCriteria || !['create', 'read', 'delete', 'search-type'].every((code) => declared.interaction(type, code)) || !declared.searchParam(type, 'identifier')) continue;
    const { trouble, pages, matches, includes } = await context.search(type, [], { firstPageOnly: true });
    const [page] = pages;
    if (trouble === undefined && page !== undefined && matches.length + includes.length === 0 && (totalOf(page.bundle) ?? 0) === 0 && linkOf(page.bundle, 'next') === undefined) return model;
  }
  return undefined;
}
