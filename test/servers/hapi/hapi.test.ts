import { join } from 'node:path';
import { examples, putAll } from '../load-examples';
import { testPeer } from '../peer-suite';
import { startHapi, type PeerServer } from './start';

let hapi: PeerServer;

beforeAll(async () => {
  hapi = await startHapi();
  await putAll(hapi.url, examples());
});

afterAll(() => hapi?.stop());

describe('HAPI FHIR', () => {
  testPeer({ id: 'hapi', software: 'HAPI FHIR Server 8.8.0', reviewed: join(__dirname, 'reviewed.yaml'), server: () => hapi });
});
