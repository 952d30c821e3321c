/** The actions of a transaction in, all of their answers out - or a refusal, and nothing has happened. https://hl7.org/fhir/R4/http.html#trules */
import type { Resource } from '../core/fhir';
import { forEntry, inTurn, type Action } from './bundle-action';
import { matchesOfCriteria, singleMatch } from './conditional';
import { patch } from './handlers/patch';
import { conditionalRemove, remove } from './handlers/remove';
import { answerWrite, create, targetOfUpdate, update, versionOf } from './handlers/write';
import { decodePairs, splitUrl } from './query-string';
import { Refusal } from './refusal';
import { bodyOf } from './request-body';
import { relinkTo, rewriteLinks } from './rewrite-links';
import type { Answer, Call, Handler, Service } from './service';

/** What an action will do and to which resource, decided before anything changes, so that the order of entries does not matter. */
interface Step {
  readonly action: Action;
  readonly handler: Handler;
  readonly call: Call;
  /** `Type/id` of what it changes. */
  readonly changes?: string;
  /** `Type/id` that links to the entry will point at. */
  readonly place?: string;
}

/** Answers by entry position. */
export function carryOut(service: Service, actions: readonly Action[]): Map<number, Answer> {
  return service.store.atomically(() => {
    const steps = inTurn(actions).map((action) => forEntry(action.position, () => plan(service, action)));
    refuseOverlaps(steps);
    const places = placesOf(steps);
    const answers = new Map<number, Answer>();
    for (const step of steps.filter(({ call }) => !isRead(call))) {
      answers.set(step.action.position, forEntry(step.action.position, () => step.handler(service, relinked(service, step, places))));
    }
    // References by search may select what this transaction creates, so they come after the writes; reads come last, so that they show them resolved.
    for (const step of steps) if (step.changes !== undefined) forEntry(step.action.position, () => resolveConditionalReferences(service, step, answers));
    for (const step of steps.filter(({ call }) => isRead(call))) {
      answers.set(step.action.position, forEntry(step.action.position, () => step.handler(service, step.call)));
    }
    return answers;
  });
}

function isRead(call: Call): boolean {
  return call.method === 'GET' || call.method === 'HEAD';
}

function plan(service: Service, action: Action): Step {
  const { call, route } = action;
  const { type } = call;
  const plain = (handler: Handler, id: string, changed: Call = call): Step => ({ action, handler, call: { ...changed, id, query: [] }, changes: `${type}/${id}`, place: `${type}/${id}` });
  const created = (): Step => {
    const id = service.newId();
    const headers = { ...call.headers };
    delete headers['if-none-exist'];
    return plain((inner, now) => create({ ...inner, newId: () => id }, { ...now, method: 'POST' }), id, { ...call, headers });
  };
  if (isRead(call)) return { action, handler: route.handler, call };
  if (call.method === 'POST') {
    const criteria = call.headers['if-none-exist'];
    const existing = criteria === undefined ? undefined : singleMatch(service, 'create', type, decodePairs(criteria.replace(/^[^?]*\?/, '')));
    if (existing === undefined) return created();
    return { action, call, place: `${type}/${existing.id}`, handler: (inner, now) => answerWrite(inner, now, versionOf(inner, existing), 200) };
  }
  if (call.method === 'PUT') {
    if (call.id !== '') return plain(update, call.id);
    const resource = bodyOf(service, call, type);
    const id = targetOfUpdate(service, call, resource);
    return id === undefined ? created() : plain(update, id, { ...call, body: { resource: { ...resource, id } } });
  }
  const handler = call.method === 'DELETE' ? remove : patch;
  if (call.id !== '') return plain(handler, call.id);
  const match = singleMatch(service, call.method === 'DELETE' ? 'delete' : 'patch', type, call.query);
  if (match !== undefined) return plain(handler, String(match.id));
  if (call.method === 'PATCH') throw new Refusal(404, 'not-found', `No ${type} matches the criteria.`);
  return { action, call, handler: conditionalRemove };
}

/** "If any resource identities (including resolved identities from conditional update/delete) overlap in steps 1-3, then the transaction SHALL fail" */
function refuseOverlaps(steps: readonly Step[]): void {
  const seen = new Map<string, number>();
  for (const { changes, action } of steps) {
    if (changes === undefined) continue;
    const before = seen.get(changes);
    if (before !== undefined) throw new Refusal(400, 'duplicate', `Bundle.entry[${before}] and Bundle.entry[${action.position}] both change ${changes}; a transaction may do so once.`);
    seen.set(changes, action.position);
  }
}

function placesOf(steps: readonly Step[]): Map<string, string> {
  const places = new Map<string, string>();
  for (const { action, place } of steps) {
    const { fullUrl } = action.entry;
    if (fullUrl === undefined || place === undefined) continue;
    if (places.has(fullUrl)) throw new Refusal(400, 'duplicate', `Two entries have the fullUrl ${fullUrl}.`);
    places.set(fullUrl, place);
  }
  return places;
}

/** "it SHALL also update any references to that resource in the same bundle" */
function relinked(service: Service, { call, action }: Step, places: ReadonlyMap<string, string>): Call {
  const { resource } = call.body;
  if (resource === undefined || call.method === 'PATCH') return call;
  return { ...call, body: { resource: rewriteLinks(resource, new Set(service.elements.uriElements), relinkTo(places, action.entry.fullUrl)) } };
}

/** "if there are no matches, or multiple matches, the transaction fails"; one match replaces the search. */
function resolveConditionalReferences(service: Service, step: Step, answers: Map<number, Answer>): void {
  const [type = '', id = ''] = (step.changes ?? '').split('/');
  const version = service.store.latest(type, id);
  if (version?.resource === undefined) return;
  let found = false;
  const resolved = rewriteLinks(version.resource, new Set(), (link, kind) => {
    const target = kind === 'reference' ? /^([A-Z][A-Za-z]+)\?/.exec(link)?.[1] : undefined;
    if (target === undefined) return undefined;
    found = true;
    return resolveOne(service, target, link);
  });
  if (!found) return;
  service.store.amend(version, resolved);
  const answer = answers.get(step.action.position);
  if (answer?.resource === version.resource) answers.set(step.action.position, { ...answer, resource: resolved });
}

function resolveOne(service: Service, type: string, link: string): string {
  if (service.elements.types[type] === undefined) throw new Refusal(400, 'value', `The reference ${link} names no resource type.`);
  const matches: readonly Resource[] = matchesOfCriteria(service, 'reference', type, decodePairs(splitUrl(link).query));
  const match = matches[0];
  if (match === undefined || matches.length > 1) {
    throw new Refusal(412, match === undefined ? 'not-found' : 'multiple-matches', `The reference ${link} selects ${matches.length} resources; it must select one.`);
  }
  return `${type}/${match.id}`;
}
