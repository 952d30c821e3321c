/** Rules on the address of an imaging Endpoint, one per connection type: https://hl7.org/fhir/R4/imagingstudy.html#notes */
import { codingsOf, type Resource } from '../core/fhir';
import type { Rule, Violation } from './rule';

const CLAUSE = 'https://hl7.org/fhir/R4/imagingstudy.html#notes';

/** Code system of `Endpoint.connectionType`. */
export const CONNECTION_TYPE_SYSTEM = 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type';

interface AddressRow {
  id: string;
  connectionType: string;
  description: string;
  /** What is wrong with an address, or undefined. */
  fault(address: string): string | undefined;
}

const HTTP_URL = /^https?:\/\/[^/?#\s]+(\/[^?#\s]*)?$/;
/**
 * A sub-service at the end of the path, or followed by the UID or number it takes (PS3.18 section 10.4.1); a base path that merely
 * contains the word, such as /studies/dicomweb, is let through. "study" is no resource of WADO-RS, but R4's sentence names it.
 */
const SUB_SERVICE = /\/(study|studies|series|instances?|frames|bulkdata|metadata|rendered|thumbnail)(\/[0-9][0-9.,]*(\/|$)|$)/;

const rows: readonly AddressRow[] = [
  {
    id: 'scout-wado-rs-address',
    connectionType: 'dicom-wado-rs',
    description: 'The address of a WADO-RS endpoint is the service base URL: scheme, authority and path, without sub-service, trailing slash or query.',
    fault: (address) => {
      if (!HTTP_URL.test(address)) return 'is not a base URL of scheme, authority and path alone';
      if (address.endsWith('/')) return 'ends in a slash';
      return SUB_SERVICE.test(address) ? `names a sub-service (${SUB_SERVICE.exec(address)?.[0]})` : undefined;
    },
  },
  {
    id: 'scout-wado-uri-address',
    connectionType: 'dicom-wado-uri',
    description: 'The address of a WADO-URI endpoint is the service base URL, without question mark or query.',
    fault: (address) => (HTTP_URL.test(address) ? undefined : 'is not a base URL of scheme, authority and path alone'),
  },
  {
    id: 'scout-iid-address',
    connectionType: 'ihe-iid',
    description: 'The address of an IHE Invoke Image Display endpoint is the service base URL, without question mark or query.',
    fault: (address) => (HTTP_URL.test(address) ? undefined : 'is not a base URL of scheme, authority and path alone'),
  },
];

export const ENDPOINT_RULES: readonly Rule[] = rows.map((row) => ({
  id: row.id,
  resourceType: 'Endpoint',
  severity: 'error',
  origin: 'base',
  description: row.description,
  url: CLAUSE,
  check: (resource) => addressViolations(resource, row),
}));

function addressViolations(resource: Resource, row: AddressRow): Violation[] {
  const types = codingsOf(resource['connectionType']);
  const address = resource['address'];
  const isMeant = types.some(({ code, system }) => code === row.connectionType && system === CONNECTION_TYPE_SYSTEM);
  if (!isMeant || typeof address !== 'string') return [];
  const fault = row.fault(address);
  return fault === undefined ? [] : [{ path: 'Endpoint.address', message: `"${address}" ${fault}.` }];
}
