/** The DICOMweb tester and the cross-check against a PACS that somebody else wrote: Debian's Orthanc, with real files. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../../scripts/commands/run-cli';
import { generateCommand } from '../../../scripts/commands/generate';
import type { Bundle, Resource } from '../../../scripts/core/fhir';
import type { Result, Run } from '../../../scripts/core/result';
import { seriesOf, studyUidOf } from '../../../scripts/dicom/endpoints';
import { runDicomwebTests } from '../../../scripts/tester/dicomweb/run-dicomweb-tests';
import { DICOMWEB_TESTS } from '../../../scripts/tester/dicomweb/tests/index';
import { runTests } from '../../../scripts/tester/run-tests';
import { startHapi, type PeerServer } from '../hapi/start';
import { knownDeviations, notFound } from '../known-deviations';
import { compareWithReview, readReviewed } from '../reviewed';
import { archiveFiles } from './archive-files';
import { NO_ORTHANC, removeInstance, removeStudy, startOrthanc, upload, type Orthanc } from './start';

if (NO_ORTHANC !== undefined) console.warn(`Skipped: ${NO_ORTHANC}.`);
const withOrthanc = NO_ORTHANC === undefined ? describe : describe.skip;

withOrthanc('Orthanc', () => {
  let orthanc: Orthanc;
  let taken = 0;
  beforeAll(async () => {
    const { files, remarks } = await archiveFiles();
    for (const remark of remarks) console.warn(remark);
    orthanc = await startOrthanc();
    for (const file of files) if ((await upload(orthanc, file)) !== undefined) taken += 1;
  });
  afterAll(() => orthanc?.stop());

  describe('as a DICOMweb server', () => {
    const reviewed = readReviewed(join(__dirname, 'reviewed.yaml'));
    let run: Run;
    beforeAll(async () => {
      run = await runDicomwebTests({ url: orthanc.dicomweb, uriUrl: orthanc.wadoUri, sample: 60 }, DICOMWEB_TESTS);
    });

    test('holds the files', () => expect(taken).toBeGreaterThan(50));

    test('every verdict that is not a pass has been looked at by a person, and every reviewed one still comes', () => {
      expect(compareWithReview(run.results, reviewed.filter(({ id }) => !id.startsWith('stow.')))).toEqual([]);
    });

    test('each known deviation is found by the test that is for it', () => {
      const known = knownDeviations('orthanc');
      expect(known.length).toBeGreaterThan(4);
      expect(notFound(run.results, known)).toEqual([]);
    });

    test('an instance is stored, and what must not be is refused', async () => {
      const { results, notes } = await runDicomwebTests({ url: orthanc.dicomweb, write: true, only: ['stow.*'] }, DICOMWEB_TESTS);
      expect(compareWithReview(results, reviewed.filter(({ id }) => id.startsWith('stow.')))).toEqual([]);
      expect(notes.join()).toMatch(/stays until the archive removes it/);
      const [, uid = ''] = /study (2\.25\.\d+) of patient/.exec(notes.join()) ?? [];
      await removeStudy(orthanc, uid);
    });

    test('pixels were not downloaded beyond what was asked', () => {
      const read = run.results.flatMap(({ exchanges }) => exchanges).map(({ response }) => response?.truncatedAt ?? 0);
      expect(Math.max(...read)).toBeLessThanOrEqual(16_000_000);
      expect(run.requests).toBeLessThan(400);
    });
  });

  describe('the full circle', () => {
    const out = mkdtempSync(join(tmpdir(), 'scout-circle-'));
    let hapi: PeerServer;
    let resources: Resource[];
    beforeAll(async () => {
      hapi = await startHapi();
      await runCli(['generate', '--dicomweb', orthanc.dicomweb, '--out', out, '--quiet', '--json'], { stdout: { write: () => undefined }, stderr: { write: () => undefined } }, [generateCommand]);
      const folder = join(out, 'dicom');
      const bundles = readdirSync(folder).filter((name) => name.endsWith('.json')).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Bundle);
      for (const bundle of bundles) await transaction(hapi.url, bundle);
      resources = bundles.flatMap(({ entry = [] }) => entry.flatMap(({ resource }) => resource ?? []));
    });
    afterAll(async () => {
      await hapi?.stop();
      rmSync(out, { recursive: true, force: true });
    });

    const crossCheck = (): Promise<Run> => runTests({ url: hapi.url, only: ['dicomweb.*'], crossCheck: { sample: 100 } });

    test('DICOM files, Orthanc, FHIR resources by DICOMweb, HAPI: FHIR and PACS agree', async () => {
      const { results } = await crossCheck();
      const about = ['found', 'available', 'uids', 'sop-class', 'modality', 'counts', 'started', 'patient', 'metadata', 'instance'];
      const compared = results.filter(({ id }) => about.some((part) => id.endsWith(part)));
      // An ImagingStudy of the key objects is of a part of its study, and so has fewer series and instances: that is information.
      const ofParts = ({ verdict, actual = [] }: Result) => verdict === 'info' && actual.length > 0 && actual.every((line) => line.startsWith('ImagingStudy/key-objects-'));
      expect(compared.filter((result) => result.verdict !== 'pass' && !ofParts(result)).map(({ id, verdict, message }) => `${verdict} ${id}: ${message}`)).toEqual([]);
      expect(compared).toHaveLength(11);
      expect(results.filter(({ verdict }) => verdict === 'fail').map(({ id, message }) => `${id}: ${message}`)).toEqual([]);
    });

    test('an instance that is removed from the PACS is named, and no other', async () => {
      const study = resources.find((resource) => resource.resourceType === 'ImagingStudy' && (seriesOf(resource)[0]?.instance?.length ?? 0) > 2 && studyUidOf(resource) !== undefined);
      const uid = seriesOf(study as Resource)[0]?.instance?.[1]?.uid as string;
      await removeInstance(orthanc, uid);
      const { results } = await crossCheck();
      const named = results.find(({ id }) => id === 'dicomweb.instances.uids');
      expect(named?.verdict).toBe('fail');
      expect(named?.actual).toEqual([expect.stringContaining(`ImagingStudy/${study?.id}: instance ${uid} of series `)]);
    });
  });
});

async function transaction(base: string, bundle: Bundle): Promise<void> {
  const response = await fetch(base, { method: 'POST', headers: { 'Content-Type': 'application/fhir+json' }, body: JSON.stringify(bundle), signal: AbortSignal.timeout(120_000) });
  if (!response.ok) throw new Error(`${base} answers ${response.status}: ${(await response.text()).slice(0, 1000)}`);
  await response.arrayBuffer();
}
