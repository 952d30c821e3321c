/** GET /metadata: what the server can do. */
import { createHash } from 'node:crypto';
import { capabilityStatement, terminologyCapabilities } from '../capability-statement';
import type { Handler } from '../service';
import { subsetOf } from '../subset';

/** https://hl7.org/fhir/R4/http.html#capabilities; an unknown mode is ignored, as servers may. */
export const metadata: Handler = (service, call) => {
  const mode = call.query.find(([name]) => name === 'mode')?.[1];
  const resource = service.behaviour.statement(mode === 'terminology' ? terminologyCapabilities(service) : capabilityStatement(service, mode === 'normative'));
  // "The value of the ETag header SHALL change if the returned resource changes"
  const etag = `W/"${createHash('sha256').update(JSON.stringify(resource)).digest('hex').slice(0, 16)}"`;
  return { status: 200, resource, headers: { etag }, subset: subsetOf(call.query) };
};
