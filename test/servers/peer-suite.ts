/** The tests that every foreign server goes through: reviewed verdicts, known deviations, a second opinion on the search engine. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fhirVersion } from '../../scripts/core/fhir-version';
import type { Run } from '../../scripts/core/result';
import { ownExamples } from '../../scripts/generate/own-examples';
import { loadSearchDefinitions } from '../../scripts/search/definitions';
import { runTests } from '../../scripts/tester/run-tests';
import { foundIn, knownDeviations, notFound } from './known-deviations';
import { examples } from './load-examples';
import { askedBy, askOpinion, readSettled, unsettled } from './opinion';
import { opinionQueries } from './opinion-queries';
import type { PeerServer } from './peer-process';
import { baselineBehindProxy, LEGAL_BEFORE, newlyFailing, PLANTED_BEFORE } from './planted-before';
import { compareWithReview, readReviewed } from './reviewed';

export interface PeerSuite {
  /** As in the tables: `hapi`. */
  readonly id: string;
  /** Part of what the server says of itself. */
  readonly software: string;
  /** As the server states it by itself. */
  readonly fhir: 'R4' | 'R5';
  readonly reviewed: string;
  /** Whether faults are planted before it too: once for each server. */
  readonly plantsBefore: boolean;
  /** The running server, which holds the examples and nothing else. */
  readonly server: () => PeerServer;
}

/** A few hundred searches: enough to meet each form of each parameter, done in seconds. */
const OPINION = { focus: 150, others: 60, joined: 40 };
const SEED = 20_261_122;
const WRITE_TESTS = 'write.';

/** Declares the tests; the server is started by the caller, before them. */
export function testPeer({ id, software, fhir, reviewed: file, plantsBefore, server }: PeerSuite): void {
  const reviewed = readReviewed(file);
  const known = knownDeviations(id);
  const ofWriting = ({ id: test }: { id: string }) => test.startsWith(WRITE_TESTS);
  const verdictsOf = ({ results }: Run) => results.map(({ id: test, verdict }) => `${verdict} ${test}`);

  describe('read-only', () => {
    let run: Run;
    beforeAll(async () => {
      run = await runTests({ url: server().url });
    });

    test('is what it says it is', () => {
      const { url } = server();
      expect(run.target).toMatchObject({ url, fhirVersion: fhirVersion(fhir).version, software: expect.stringContaining(software) as string });
      expect(run.notes).toEqual([]);
    });

    test('every verdict that is not a pass has been looked at by a person, and every reviewed one still comes', () => {
      expect(compareWithReview(run.results, reviewed.filter((row) => !ofWriting(row)))).toEqual([]);
    });

    test('each known deviation is found by the test that is for it', () => {
      const asked = foundIn(known, (test) => !test.startsWith(WRITE_TESTS));
      expect(asked).not.toEqual([]);
      expect(notFound(run.results, asked)).toEqual([]);
    });

    test('a second run gives the same verdicts', async () => {
      expect(verdictsOf(await runTests({ url: server().url }))).toEqual(verdictsOf(run));
    });
  });

  test('and the search engine agree on the answers to generated searches, except where the specification has settled it', async () => {
    const definitions = loadSearchDefinitions(fhirVersion(fhir));
    const resources = examples(fhir);
    const settled = readSettled(join(__dirname, 'disagreements.yaml'), id);
    const opinion = await askOpinion(server().url, definitions, resources, [...opinionQueries(definitions, resources, OPINION, SEED), ...askedBy(settled)]);
    expect(unsettled(opinion.disagreements, settled)).toEqual([]);
    // Agreement says something only where the prediction is certain and the answer neither all nor nothing.
    expect(opinion.telling).toBeGreaterThan(opinion.asked / 2);
    expect(opinion.mayRefuse).toBeLessThan(opinion.asked / 10);
  });

  describe('with writing', () => {
    let run: Run;
    const journalDir = mkdtempSync(join(tmpdir(), `peer-${id}-`));
    beforeAll(async () => {
      run = await runTests({ url: server().url, write: true, journalDir, only: [`${WRITE_TESTS}*`], fixtures: await ownExamples() });
    });
    afterAll(() => rmSync(journalDir, { recursive: true }));

    test('every verdict that is not a pass has been looked at by a person, and every reviewed one still comes', () => {
      expect(compareWithReview(run.results, reviewed.filter(ofWriting))).toEqual([]);
    });

    test('each known deviation is found by the test that is for it', () => {
      const asked = foundIn(known, (test) => test.startsWith(WRITE_TESTS));
      expect(asked).not.toEqual([]);
      expect(notFound(run.results, asked)).toEqual([]);
    });
  });

  if (!plantsBefore) return;
  describe('with something planted before it', () => {
    let before: Run;
    const tests = PLANTED_BEFORE.map(([, test]) => test);
    const journalDir = mkdtempSync(join(tmpdir(), `peer-${id}-before-`));
    const behind = () => ({ url: server().url, journalDir });
    beforeAll(async () => {
      before = await baselineBehindProxy(tests, behind());
    });
    afterAll(() => rmSync(journalDir, { recursive: true }));

    test.each(PLANTED_BEFORE)('%s is found by %s', async (fault, test) => {
      expect(await newlyFailing(before, { faults: [fault] }, [test], behind())).toEqual([test]);
    });

    test('legal behaviour is not accused', async () => {
      expect(await newlyFailing(before, { variants: LEGAL_BEFORE }, tests.filter((one) => !ofWriting({ id: one })), behind())).toEqual([]);
    });
  });
}
