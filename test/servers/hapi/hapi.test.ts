import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanUpByJournal } from '../../../scripts/tester/write/clean-up-by-journal';
import { readJournal } from '../../../scripts/tester/write/journal';
import { everything, killRun } from '../killed-run';
import { examples, putAll, putAndDelete } from '../load-examples';
import { testPeer } from '../peer-suite';
import { startHapi, type PeerServer } from './start';

/** Lines of the journal after which the run is killed: most of its fixtures are there by then, one after the other. */
const KILLED_AT = 150;

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

  // Last, for a history tells of what was made and removed.
  if (fhir === 'R4') {
    test('holds after kill -9 of a run and scout cleanup what it held before, in the same versions', async () => {
      const dir = mkdtempSync(join(tmpdir(), 'hapi-killed-'));
      try {
        const before = await everything(hapi.url);
        const journal = await killRun(hapi.url, 'write.patient.*', KILLED_AT, dir);
        expect(readJournal(journal).remaining).not.toEqual([]);
        const { cleaned } = await cleanUpByJournal(journal, {});
        expect(cleaned.removed).not.toEqual([]);
        expect(cleaned.left).toEqual([]);
        expect(await everything(hapi.url)).toEqual(before);
      } finally {
        rmSync(dir, { recursive: true });
      }
    });
  }
});
