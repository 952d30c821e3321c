/** GET on a resource and on one of its versions. */
import { httpDate, versionIdsOf } from '../header-values';
import { entityTag } from '../header-values';
import { Refusal } from '../refusal';
import type { Answer, Handler } from '../service';
import type { Version } from '../store';
import { subsetOf } from '../subset';

/** https://hl7.org/fhir/R4/http.html#read */
export const read: Handler = (service, call) => {
  const latest = service.store.latest(call.type, call.id);
  if (latest === undefined) throw new Refusal(404, 'not-found', `There is no ${call.type}/${call.id}.`);
  if (latest.resource === undefined) {
    const shown = service.behaviour.afterlife(service.store.versions(call.type, call.id));
    if (shown === undefined) throw gone(latest);
    return { status: 200, resource: shown, subset: subsetOf(call.query) };
  }
  if (isUnchanged(latest, call.headers)) return { status: 304, stamp: latest };
  return { status: 200, resource: latest.resource, stamp: latest, subset: subsetOf(call.query) };
};

/** https://hl7.org/fhir/R4/http.html#vread */
export const vread: Handler = (service, call): Answer => {
  const version = service.store.versions(call.type, call.id).find(({ versionId }) => versionId === call.versionId);
  if (version === undefined) throw new Refusal(404, 'not-found', `There is no version ${call.versionId} of ${call.type}/${call.id}.`);
  if (version.resource === undefined) throw gone(version);
  return { status: 200, resource: version.resource, stamp: version, subset: subsetOf(call.query) };
};

/** "A GET for a deleted resource returns a 410 status code"; the ETag is for bringing it back to life. */
function gone(version: Version): Refusal {
  return new Refusal(410, 'deleted', `${version.type}/${version.id} was deleted at ${version.lastUpdated}; its versions are at ${version.type}/${version.id}/_history.`, { headers: { etag: entityTag(version.versionId) } });
}

/** If-None-Match comes before If-Modified-Since: https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2, https://hl7.org/fhir/R4/http.html#cread */
function isUnchanged(version: Version, headers: Readonly<Record<string, string>>): boolean {
  const noneMatch = headers['if-none-match'];
  if (noneMatch !== undefined) {
    const versionIds = versionIdsOf(noneMatch, 'If-None-Match');
    return versionIds === '*' || versionIds.includes(version.versionId);
  }
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return !Number.isNaN(since) && Date.parse(httpDate(version.lastUpdated)) <= since;
}
