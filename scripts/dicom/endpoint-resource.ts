/** An address as a user gives it in, the Endpoint resource that studies refer to out. */
import { DCM } from '../core/dicom-modality';
import type { Resource } from '../core/fhir';
import { KnownError } from '../core/known-error';
import { CONNECTION_TYPES, IMAGING_CONNECTIONS, type ImagingConnection } from './endpoints';
import { idOf } from './mapping-context';

const DISPLAYS: Readonly<Record<ImagingConnection, string>> = { 'dicom-wado-rs': 'DICOM WADO-RS', 'dicom-wado-uri': 'DICOM WADO-URI', 'ihe-iid': 'IHE IID' };

/**
 * @param given an address, of a WADO-RS service if nothing else is said; or `TYPE=ADDRESS`, such as `ihe-iid=https://viewer.hospital.example/iid`
 * @throws KnownError `bad-option` where there is no address in it
 */
export function endpointResource(given: string): Resource {
  const named = IMAGING_CONNECTIONS.find((type) => given.startsWith(`${type}=`));
  const type = named ?? 'dicom-wado-rs';
  const address = named === undefined ? given : given.slice(named.length + 1);
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
    throw new KnownError('bad-option', `--endpoint ${given} is no address.`, `Give the base URL of a service, such as https://pacs.hospital.example/dicom-web, with ${IMAGING_CONNECTIONS.map((one) => `${one}=`).join(' or ')} before it for what is not WADO-RS.`);
  }
  return {
    resourceType: 'Endpoint',
    id: idOf('endpoint', type, address),
    status: 'active',
    connectionType: { system: CONNECTION_TYPES, code: type, display: DISPLAYS[type] },
    name: `${DISPLAYS[type]} at ${new URL(address).host}`,
    payloadType: [{ coding: [{ system: DCM, code: '113014', display: 'Study' }] }],
    address,
  };
}
