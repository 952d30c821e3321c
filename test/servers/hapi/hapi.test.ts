import { join } from 'node:path';
import type { Run } from '../../../scripts/core/result';
import { runTests } from '../../../scripts/tester/run-tests';
import { examples, putAll } from '../load-examples';
import { compareWithReview, readReviewed } from '../reviewed';
import { startHapi, type PeerServer } from './start';

let hapi: PeerServer;

beforeAll(async () => {
  hapi = await startHapi();
  await putAll(hapi.url, examples());
});

afterAll(() => hapi?.stop());

describe('HAPI FHIR, read-only', () => {
  let run: Run;
  beforeAll(async () => {
    run = await runTests({ url: hapi.url });
  });

  test('is what it says it is', () => {
    expect(run.target).toMatchObject({ url: hapi.url, fhirVersion: '4.0.1', software: expect.stringContaining('HAPI FHIR Server 8.8.0') as string });
    expect(run.notes).toEqual([]);
  });

  test('every verdict that is not a pass has been looked at by a person, and every reviewed one still comes', () => {
    expect(compareWithReview(run.results, readReviewed(join(__dirname, 'reviewed.yaml')))).toEqual([]);
  });

  test('a second run gives the same verdicts', async () => {
    const verdicts = ({ results }: Run) => results.map(({ id, verdict }) => `${verdict} ${id}`);
    expect(verdicts(await runTests({ url: hapi.url }))).toEqual(verdicts(run));
  });
});
