/** DELETE on a resource, and on the one that criteria select: https://hl7.org/fhir/R4/http.html#delete */
import { singleMatch } from '../conditional';
import { outcome } from '../refusal';
import type { Answer, Call, Handler, Service } from '../service';
import { requireCurrent } from './write';

export const remove: Handler = (service, call) => {
  requireCurrent(service, call, service.store.latest(call.type, call.id));
  return erase(service, call, call.id);
};

/** Declared as `single`: several matches are refused with 412. */
export const conditionalRemove: Handler = (service, call) => {
  const match = singleMatch(service, 'delete', call.type, call.query);
  if (match === undefined) return answerRemoval(call, `No ${call.type} matches; nothing was deleted.`);
  requireCurrent(service, call, service.store.latest(call.type, String(match.id)));
  return erase(service, call, String(match.id));
};

/** "Upon successful deletion, or if the resource does not exist at all": both are a success. */
function erase(service: Service, call: Call, id: string): Answer {
  if (service.store.live(`${call.type}/${id}`) === undefined) return answerRemoval(call, `There was no ${call.type}/${id}; nothing was deleted.`);
  const version = service.store.erase(call.type, id, service.now());
  // "servers MAY include an ETag on the delete response to allow version contention management"
  return { ...answerRemoval(call, `${call.type}/${id} is deleted; version ${version.versionId} marks it.`), stamp: version };
}

function answerRemoval(call: Call, message: string): Answer {
  return call.preferences.return === 'OperationOutcome' ? { status: 200, resource: outcome('information', 'informational', message) } : { status: 204 };
}
