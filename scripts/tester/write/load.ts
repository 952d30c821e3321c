/** Fixtures and a server that can be written to in, the fixtures on the server out: under ids of ours or of the server's, as it declares. */
import { localReference, type Bundle, type Resource } from '../../core/fhir';
import { valueAt } from '../../core/json';
import type { Progress } from '../../core/progress';
import { textOf } from '../../search/json';
import { answerInWords, bundleOf, resourceOf, succeeded } from '../answer';
import type { Declared } from '../discovery/declared';
import { without } from '../without';
import { inOrder, isolate, renameReferences } from './fixtures';
import { madeBy, type Writer } from './writer';

export interface Loaded {
  /** `Type/id` on the server. */
  references: string[];
  /** By `Type/id` on the server, what was sent, with the references that it has there. */
  sent: Map<string, Resource>;
  /** What was not taken, and why. */
  refused: { fixture: string; says: string }[];
  /** What was taken only without the profiles that it claims, and why not with them. */
  unclaimed: { fixture: string; says: string }[];
}

/** Statuses by which a server says that it does not take what it was sent: https://hl7.org/fhir/R4/http.html#create */
const REFUSED_CONTENT: readonly number[] = [400, 412, 422];

/** Resources in one transaction at most: servers limit the size of a request. */
const IN_ONE_TRANSACTION = 200;

/** Loads what the server declares it can take. One refused resource does not keep the others out. */
export async function loadFixtures(resources: readonly Resource[], writer: Writer, declared: Declared, base: string, progress: Progress): Promise<Loaded> {
  const takes = (type: string) => declared.interaction(type, 'create') || (declared.interaction(type, 'update') && declared.types.get(type)?.updateCreate === true);
  const usable = resources.filter(({ resourceType }) => takes(resourceType));
  const untaken = resources.filter(({ resourceType }) => !takes(resourceType)).map((resource) => ({ fixture: localReference(resource) ?? resource.resourceType, says: 'neither create nor update-as-create is declared' }));
  const isolated = isolate(usable, writer.newId, new Set(untaken.map(({ fixture }) => fixture)));
  progress.start('Loading the fixtures', isolated.length);
  const together = isolated.length <= IN_ONE_TRANSACTION && declared.systemInteractions.has('transaction') ? await inTransaction(isolated, writer, declared, base) : undefined;
  const loaded = together ?? (await oneByOne(isolated, writer, declared, progress));
  progress.end(`${loaded.references.length} resources${loaded.refused.length === 0 ? '' : `, ${loaded.refused.length} refused`}`);
  return { ...loaded, refused: [...untaken, ...loaded.refused] };
}

/** As it is sent where the server chooses the id. */
function withoutId(resource: Resource): Resource {
  return { ...without(resource, 'id'), resourceType: resource.resourceType };
}

/** Ids chosen by us are safest: they are in the journal before anything is sent. */
function byUpdate(type: string, declared: Declared): boolean {
  return declared.interaction(type, 'update') && declared.types.get(type)?.updateCreate === true;
}

async function inTransaction(resources: readonly Resource[], writer: Writer, declared: Declared, base: string): Promise<Loaded | undefined> {
  const urns = new Map(resources.map((resource, i) => [localReference(resource), `urn:uuid:00000000-0000-4000-8000-${String(i).padStart(12, '0')}`]));
  const ours = new Set(resources.filter(({ resourceType }) => byUpdate(resourceType, declared)).map(localReference));
  const bundle: Bundle = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map((resource) => {
      const reference = localReference(resource) as string;
      // Where the server chooses the id, references name the entry instead.
      const body = renameReferences(resource, (target) => (ours.has(target) ? undefined : urns.get(target)));
      if (ours.has(reference)) return { fullUrl: `${base}/${reference}`, resource: body, request: { method: 'PUT', url: reference } };
      return { fullUrl: urns.get(reference) ?? '', resource: withoutId(body), request: { method: 'POST', url: resource.resourceType } };
    }),
  };
  const exchange = await writer.bundle(bundle);
  if (!succeeded(exchange) || bundleOf(exchange) === undefined) return undefined;
  const made = madeBy(exchange, writer.base);
  return { references: [...new Set([...ours].flatMap((reference) => reference ?? []).concat(made))], sent: sentTogether(resources, ours, made), refused: [], unclaimed: [] };
}

/** Which of the resources is which of those that were made is known where we chose the ids, or where the answer names all, in their order. */
function sentTogether(resources: readonly Resource[], ours: ReadonlySet<string | undefined>, made: readonly string[]): Map<string, Resource> {
  const all = made.length === resources.length && resources.every(({ resourceType }, i) => made[i]?.startsWith(`${resourceType}/`) === true);
  const places = new Map(resources.flatMap((resource, i): [string, string][] => {
    const reference = localReference(resource) ?? '';
    const place = all ? made[i] : ours.has(reference) ? reference : undefined;
    return place === undefined ? [] : [[reference, place]];
  }));
  return new Map(resources.flatMap((resource): [string, Resource][] => {
    const place = places.get(localReference(resource) ?? '');
    return place === undefined ? [] : [[place, renameReferences(resource, (target) => places.get(target))]];
  }));
}

async function oneByOne(resources: readonly Resource[], writer: Writer, declared: Declared, progress: Progress): Promise<Loaded> {
  // Those for which we choose the id may be referred to before they are there.
  const waiting = new Set(resources.flatMap((resource) => (byUpdate(resource.resourceType, declared) ? (localReference(resource) ?? []) : [])));
  const ours = new Set(resources.map(localReference));
  const renamed = new Map<string, string>();
  const loaded: Loaded = { references: [], sent: new Map(), refused: [], unclaimed: [] };
  for (const [i, resource] of inOrder(resources).entries()) {
    const reference = localReference(resource) as string;
    let body = renameReferences(resource, (target) => renamed.get(target) ?? (ours.has(target) && !waiting.has(target) ? null : undefined));
    const write = (one: Resource) => (byUpdate(one.resourceType, declared) ? writer.update(one) : writer.create(withoutId(one)));
    let exchange = await write(body);
    // A server that validates what it is sent may not know the profiles of this guide; to base FHIR the resource is as good without the claim.
    if (REFUSED_CONTENT.includes(exchange.response?.status ?? 0) && body.meta?.profile !== undefined) {
      const says = answerInWords(exchange);
      body = { ...body, meta: without(body.meta, 'profile') };
      exchange = await write(body);
      if (succeeded(exchange)) loaded.unclaimed.push({ fixture: reference, says });
    }
    const made = madeBy(exchange, writer.base)[0] ?? (byUpdate(resource.resourceType, declared) ? reference : undefined);
    if (succeeded(exchange) && made !== undefined) {
      renamed.set(reference, made);
      loaded.references.push(made);
      loaded.sent.set(made, body);
    } else {
      waiting.delete(reference);
      const outcome = resourceOf(exchange);
      loaded.refused.push({ fixture: reference, says: succeeded(exchange) ? `the answer does not say under which id (${outcome?.resourceType ?? 'no body'})` : answerInWords(exchange) });
    }
    progress.step(i + 1, resource.resourceType);
  }
  return loaded;
}

/**
 * A study like one that was loaded, but with absolute URLs for its references, as servers with data from elsewhere have them.
 * It is written on its own: a transaction would turn references to its own entries into what the server likes.
 */
export async function loadAbsoluteTwin(loaded: readonly Resource[], writer: Writer, declared: Declared, base: string): Promise<string | undefined> {
  const isPatient = (subject: unknown) => textOf(valueAt(subject, 'reference'))?.startsWith('Patient/') === true;
  const model = loaded.find(({ resourceType, subject, endpoint }) => resourceType === 'ImagingStudy' && isPatient(subject) && endpoint !== undefined);
  if (model === undefined) return undefined;
  const twin = { ...without(renameReferences(model, (target) => (/^[A-Z][A-Za-z]+\/[^/]+$/.test(target) ? `${base}/${target}` : undefined)), 'id', 'meta'), resourceType: model.resourceType };
  const exchange = byUpdate('ImagingStudy', declared) ? await writer.update({ ...twin, id: writer.newId('absolute') }) : await writer.create(twin);
  return succeeded(exchange) ? madeBy(exchange, writer.base)[0] : undefined;
}
