import { join } from 'node:path';
import { runTests } from '../../../scripts/tester/run-tests';
import { DISCOVERY, knownDeviations } from '../known-deviations';
import { examples, putAll } from '../load-examples';
import type { PeerServer } from '../peer-process';
import { testPeer } from '../peer-suite';
import { installMedplum, startMedplum } from './start';

const unavailable = installMedplum();
if (unavailable !== undefined) console.warn(`Medplum's tests are skipped: ${unavailable}.`);

(unavailable === undefined ? describe : describe.skip)("Medplum's router", () => {
  let medplum: PeerServer;

  beforeAll(async () => {
    medplum = await startMedplum({ statement: true });
    await putAll(medplum.url, examples());
  });

  afterAll(() => medplum?.stop());

  testPeer({ id: 'medplum', software: 'Medplum', fhir: 'R4', reviewed: join(__dirname, 'reviewed.yaml'), plantsBefore: true, server: () => medplum });

  test('as it is, without a statement, is no FHIR server to the tester, which says so plainly', async () => {
    const sentences = knownDeviations('medplum').flatMap(({ foundBy }) => foundBy[DISCOVERY] ?? []);
    expect(sentences).toHaveLength(1);
    const bare = await startMedplum({ statement: false });
    try {
      await expect(runTests({ url: bare.url })).rejects.toMatchObject({ code: 'no-fhir', message: expect.stringContaining(String(sentences[0])) as string });
    } finally {
      await bare.stop();
    }
  });
});
