import { join } from 'node:path';
import { examples, putAll, putAndDelete } from '../load-examples';
import { testPeer } from '../peer-suite';
import { startHapi, type PeerServer } from './start';

describe.each([
  { fhir: 'R4', id: 'hapi', reviewed: 'reviewed.yaml' },
  { fhir: 'R5', id: 'hapi-r5', reviewed: 'reviewed-r5.yaml' },
] as const)('HAPI FHIR in $fhir', ({ fhir, id, reviewed }) => {
  let hapi: PeerServer;

  beforeAll(async () => {
    hapi = await startHapi({ fhir });
    await putAll(hapi.url, examples(fhir));
    await putAndDelete(hapi.url, { resourceType: 'ImagingStudy', id: 'deleted', status: 'available', subject: { reference: 'Patient/alex-amari' } });
  });

  afterAll(() => hapi?.stop());

  testPeer({ id, software: 'HAPI FHIR Server 8.8.0', fhir, reviewed: join(__dirname, reviewed), plantsBefore: fhir === 'R4', server: () => hapi });
});
