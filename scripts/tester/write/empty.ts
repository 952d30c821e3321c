/** What came of a body that holds nothing in, whether it is certainly the run's own out, though it can carry no tag. */
import { localReference, type Resource } from '../../core/fhir';
import type { Exchange } from '../../core/result';
import { resourceOf, succeeded } from '../answer';
import { namedAsMade } from './newness';

/** Between the time that a server gives to a resource and the one that it gives to its answer; the latter has whole seconds. */
const AT_ONE_TIME_MS = 2000;

/** What a server gives to every resource by itself. */
const OF_THE_SERVER = new Set(['resourceType', 'id', 'meta', 'text']);

/** Whether a resource says nothing that anybody could have sent. */
export function holdsNothing(resource: Resource, reference: string): boolean {
  return localReference(resource) === reference && Object.keys(resource).every((name) => OF_THE_SERVER.has(name));
}

/**
 * Whether what is read is what a create has just made: it was answered by 201, is in its first version, and by the server's own clock it is as
 * old as the answer. A server may name any resource as made; an old one of somebody else's is none of these.
 * @param created the answer to the create @param read what is read at the address that it names
 */
export function isJustMade(created: Exchange, reference: string, read: Exchange): boolean {
  const resource = succeeded(read) ? resourceOf(read) : undefined;
  const [named] = namedAsMade(created, [reference]);
  if (resource === undefined || named?.status !== 201 || !/^[01]$/.test(named.versionId ?? '') || resource.meta?.versionId !== named.versionId) return false;
  const apart = Math.abs(Date.parse(created.response?.headers['date'] ?? '') - Date.parse(resource.meta?.lastUpdated ?? ''));
  return apart <= AT_ONE_TIME_MS && holdsNothing(resource, reference);
}
